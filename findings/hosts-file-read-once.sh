#!/usr/bin/env bash
# Netty 4.2.17.Final, Linux; JDK 17.
#
# Netty's resolver for the hosts file, which its DNS resolver asks first and every reactor-netty client uses, reads the
# file once in the life of the process, at its first use. A name that is added or changed later is never seen, however
# often a client reconnects, while java.net.InetAddress in the same process sees it at once (with its own cache off). The
# system property io.netty.hostsFileRefreshInterval, in milliseconds, is 0 by default, which means never, not always.
#
# The script changes /etc/hosts in a mount namespace of its own, so it needs root, or user namespaces.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>f</groupId><artifactId>f</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>io.netty</groupId><artifactId>netty-resolver</artifactId><version>4.2.17.Final</version></dependency>
  </dependencies>
</project>
XML
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib >/dev/null

cat >Hosts.java <<'JAVA'
import io.netty.resolver.*;
import java.net.InetAddress;
import java.nio.file.*;
import java.security.Security;

public class Hosts {
    public static void main(String[] arguments) throws Exception {
        Security.setProperty("networkaddress.cache.ttl", "0");
        Security.setProperty("networkaddress.cache.negative.ttl", "0");
        for (String address : new String[] {"127.0.0.1", "127.0.0.2"}) {
            Files.writeString(Path.of("/etc/hosts"), "127.0.0.1 localhost\n" + address + " service.test\n");
            InetAddress netty =
                    HostsFileEntriesResolver.DEFAULT.address("service.test", ResolvedAddressTypes.IPV4_ONLY);
            System.out.println("file " + address + ": JDK " + InetAddress.getByName("service.test").getHostAddress()
                    + ", Netty " + (netty == null ? "nothing" : netty.getHostAddress()));
        }
    }
}
JAVA
cp /etc/hosts hosts
namespace=(unshare -m)
[ "$(id -u)" = 0 ] || namespace=(unshare -rm)
"${namespace[@]}" bash -c 'mount --bind hosts /etc/hosts && exec java -cp "lib/*" Hosts.java' 2>/dev/null | tee seen

cat >expected <<'OUT'
file 127.0.0.1: JDK 127.0.0.1, Netty 127.0.0.1
file 127.0.0.2: JDK 127.0.0.2, Netty 127.0.0.1
OUT
diff expected seen && echo "as stated"
