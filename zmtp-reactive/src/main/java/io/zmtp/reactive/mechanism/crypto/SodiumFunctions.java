package io.zmtp.reactive.mechanism.crypto;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.lang.reflect.Method;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * Functions of libsodium, called through the JDK's foreign functions (JEP 454). They are looked up by reflection: this is
 * compiled for JDK 17, which has none, and the handles are constants, so a call is as fast as a direct one. Arrays are not
 * copied, but the garbage collector waits while a function runs.
 *
 * <p>The class cannot be initialized before JDK 22, without the library, where native access is denied, or in a native
 * image.
 */
final class SodiumFunctions {

    /** The library's version, such as {@code 1.0.18}. */
    static final String VERSION;

    private static final List<String> NAMES = List.of(
            "libsodium.so.26",
            "libsodium.so.23",
            "libsodium.so",
            "libsodium.dylib",
            "libsodium.dll",
            "libsodium-26.dll");

    private static final MethodHandle INIT;
    private static final MethodHandle SCALAR_MULT;
    private static final MethodHandle SCALAR_MULT_BASE;
    private static final MethodHandle SALSA20;
    private static final MethodHandle SALSA20_XOR;
    private static final MethodHandle POLY1305;
    private static final MethodHandle POLY1305_INIT;
    private static final MethodHandle POLY1305_UPDATE;
    private static final MethodHandle POLY1305_FINAL;

    static {
        try {
            Foreign foreign = new Foreign();
            VERSION = foreign.version();
            Class<?> octets = byte[].class;
            INIT = foreign.function("sodium_init");
            SCALAR_MULT = foreign.function("crypto_scalarmult_curve25519", octets, octets, octets);
            SCALAR_MULT_BASE = foreign.function("crypto_scalarmult_curve25519_base", octets, octets);
            SALSA20 = foreign.function("crypto_stream_salsa20", octets, long.class, octets, octets);
            SALSA20_XOR = foreign.function(
                    "crypto_stream_salsa20_xor_ic", Part.class, Part.class, long.class, octets, long.class, octets);
            POLY1305 = foreign.function("crypto_onetimeauth_poly1305", octets, Part.class, long.class, octets);
            POLY1305_INIT = foreign.function("crypto_onetimeauth_poly1305_init", Buffer.class, octets);
            POLY1305_UPDATE =
                    foreign.function("crypto_onetimeauth_poly1305_update", Buffer.class, Part.class, long.class);
            POLY1305_FINAL = foreign.function("crypto_onetimeauth_poly1305_final", Buffer.class, octets);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private SodiumFunctions() {}

    static int init() {
        try {
            return (int) INIT.invokeExact();
        } catch (Throwable impossible) {
            throw unexpected(impossible);
        }
    }

    /** @return 0, or -1 for a point of low order */
    static int scalarMult(byte[] result, byte[] scalar, byte[] point) {
        try {
            return (int) SCALAR_MULT.invokeExact(result, scalar, point);
        } catch (Throwable impossible) {
            throw unexpected(impossible);
        }
    }

    static void scalarMultBase(byte[] result, byte[] scalar) {
        try {
            int ignored = (int) SCALAR_MULT_BASE.invokeExact(result, scalar);
        } catch (Throwable impossible) {
            throw unexpected(impossible);
        }
    }

    /** Fills the start of an array with key stream. */
    static void salsa20(byte[] stream, long length, byte[] nonce, byte[] key) {
        try {
            int ignored = (int) SALSA20.invokeExact(stream, length, nonce, key);
        } catch (Throwable impossible) {
            throw unexpected(impossible);
        }
    }

    /** Adds key stream in place, from a block on. */
    static void salsa20Xor(byte[] octets, long at, long length, byte[] nonce, long block, byte[] key) {
        try {
            int ignored = (int) SALSA20_XOR.invokeExact(octets, at, octets, at, length, nonce, block, key);
        } catch (Throwable impossible) {
            throw unexpected(impossible);
        }
    }

    /** The tag of a text, with the first octets of an array as the key. */
    static void poly1305(byte[] tag, byte[] octets, long at, long length, byte[] key) {
        try {
            int ignored = (int) POLY1305.invokeExact(tag, octets, at, length, key);
        } catch (Throwable impossible) {
            throw unexpected(impossible);
        }
    }

    static void poly1305Init(ByteBuffer state, byte[] key) {
        try {
            int ignored = (int) POLY1305_INIT.invokeExact((Buffer) state, key);
        } catch (Throwable impossible) {
            throw unexpected(impossible);
        }
    }

    static void poly1305Update(ByteBuffer state, byte[] octets, long at, long length) {
        try {
            int ignored = (int) POLY1305_UPDATE.invokeExact((Buffer) state, octets, at, length);
        } catch (Throwable impossible) {
            throw unexpected(impossible);
        }
    }

    static void poly1305Final(ByteBuffer state, byte[] tag) {
        try {
            int ignored = (int) POLY1305_FINAL.invokeExact((Buffer) state, tag);
        } catch (Throwable impossible) {
            throw unexpected(impossible);
        }
    }

    private static Error unexpected(Throwable impossible) {
        return impossible instanceof Error error ? error : new AssertionError(impossible);
    }

    /** In a function's parameters: an array, and where in it. */
    private interface Part {}

    /** {@code java.lang.foreign}, as far as it is needed. */
    private static final class Foreign {

        private final Class<?> segment = Class.forName("java.lang.foreign.MemorySegment");
        private final Class<?> layout = Class.forName("java.lang.foreign.MemoryLayout");
        private final Class<?> descriptor = Class.forName("java.lang.foreign.FunctionDescriptor");
        private final Class<?> linker = Class.forName("java.lang.foreign.Linker");
        private final Class<?> option = Class.forName("java.lang.foreign.Linker$Option");
        private final Class<?> values = Class.forName("java.lang.foreign.ValueLayout");

        private final Object library = library();
        private final MethodHandle whole;
        private final MethodHandle part;
        private final MethodHandle buffer;

        Foreign() throws ReflectiveOperationException {
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            whole = lookup.findStatic(segment, "ofArray", MethodType.methodType(segment, byte[].class));
            MethodHandle slice = lookup.findVirtual(segment, "asSlice", MethodType.methodType(segment, long.class));
            part = MethodHandles.filterArguments(slice, 0, whole);
            buffer = lookup.findStatic(segment, "ofBuffer", MethodType.methodType(segment, Buffer.class));
        }

        private static Object library() throws ReflectiveOperationException {
            Class<?> arena = Class.forName("java.lang.foreign.Arena");
            Object global = arena.getMethod("global").invoke(null);
            Method lookup =
                    Class.forName("java.lang.foreign.SymbolLookup").getMethod("libraryLookup", String.class, arena);
            ReflectiveOperationException missing = new ReflectiveOperationException("no library");
            for (String name : NAMES) {
                try {
                    return lookup.invoke(null, name, global);
                } catch (ReflectiveOperationException notThere) {
                    missing = notThere;
                }
            }
            throw missing;
        }

        private Object symbol(String name) throws ReflectiveOperationException {
            Optional<?> found = (Optional<?>) Class.forName("java.lang.foreign.SymbolLookup")
                    .getMethod("find", String.class)
                    .invoke(library, name);
            if (found.isEmpty()) {
                throw new NoSuchMethodException("libsodium has no " + name);
            }
            return found.get();
        }

        private Object value(String name) throws ReflectiveOperationException {
            return values.getField(name).get(null);
        }

        private MethodHandle link(String name, Object result, Object[] arguments, Object... options)
                throws ReflectiveOperationException {
            Object layouts = Array.newInstance(layout, arguments.length);
            for (int i = 0; i < arguments.length; i++) {
                Array.set(layouts, i, arguments[i]);
            }
            Object[] linkerOptions = (Object[]) Array.newInstance(option, options.length);
            System.arraycopy(options, 0, linkerOptions, 0, options.length);
            Object described =
                    descriptor.getMethod("of", layout, layouts.getClass()).invoke(null, result, layouts);
            return (MethodHandle) linker.getMethod("downcallHandle", segment, descriptor, linkerOptions.getClass())
                    .invoke(linker.getMethod("nativeLinker").invoke(null), symbol(name), described, linkerOptions);
        }

        /** A function that returns an int, with arrays, parts of arrays, and buffers where it has pointers. */
        MethodHandle function(String name, Class<?>... parameters) throws ReflectiveOperationException {
            Object[] layouts = new Object[parameters.length];
            for (int i = 0; i < parameters.length; i++) {
                layouts[i] = value(parameters[i] == long.class ? "JAVA_LONG" : "ADDRESS");
            }
            Object heap = option.getMethod("critical", boolean.class).invoke(null, true);
            MethodHandle handle = link(name, value("JAVA_INT"), layouts, heap);
            for (int i = parameters.length - 1; i >= 0; i--) {
                if (parameters[i] == byte[].class) {
                    handle = MethodHandles.filterArguments(handle, i, whole);
                } else if (parameters[i] == Part.class) {
                    handle = MethodHandles.collectArguments(handle, i, part);
                } else if (parameters[i] == Buffer.class) {
                    handle = MethodHandles.filterArguments(handle, i, buffer);
                }
            }
            return handle;
        }

        String version() throws ReflectiveOperationException {
            MethodHandle handle = link("sodium_version_string", value("ADDRESS"), new Object[0]);
            try {
                Object text = handle.invoke();
                Object readable = segment.getMethod("reinterpret", long.class).invoke(text, 32L);
                return (String) segment.getMethod("getString", long.class).invoke(readable, 0L);
            } catch (Throwable failed) {
                throw new ReflectiveOperationException(failed);
            }
        }
    }
}
