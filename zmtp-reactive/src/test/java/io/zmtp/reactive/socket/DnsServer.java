package io.zmtp.reactive.socket;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsQueryDecoder;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseEncoder;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.resolver.ResolvedAddressTypes;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.NoopDnsCache;
import io.netty.resolver.dns.NoopDnsCnameCache;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A DNS server whose answers can be changed, and a client that asks nobody else and keeps nothing. */
final class DnsServer implements Disposable {

    private final Map<String, List<String>> addresses = new ConcurrentHashMap<>();
    private final Sinks.Many<String> questions = Sinks.many().multicast().directBestEffort();
    private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final Channel channel;
    private final DnsNameResolver client;

    DnsServer() {
        channel = new Bootstrap()
                .group(loop)
                .channel(NioDatagramChannel.class)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel made) {
                        made.pipeline()
                                .addLast(
                                        new DatagramDnsQueryDecoder(), new DatagramDnsResponseEncoder(), new Answers());
                    }
                })
                .bind("127.0.0.1", 0)
                .syncUninterruptibly()
                .channel();
        client = new DnsNameResolverBuilder(loop.next())
                .datagramChannelType(NioDatagramChannel.class)
                .nameServerProvider(
                        new SingletonDnsServerAddressStreamProvider((InetSocketAddress) channel.localAddress()))
                .resolvedAddressTypes(ResolvedAddressTypes.IPV4_ONLY)
                .resolveCache(NoopDnsCache.INSTANCE)
                .cnameCache(NoopDnsCnameCache.INSTANCE)
                .build();
    }

    /** From now on; without addresses the name is not known. */
    void answer(String host, String... ips) {
        addresses.put(host + ".", List.of(ips));
    }

    /** Waits until so many more questions were asked. */
    void awaitAsked(int more) {
        questions.asFlux().take(more).blockLast(Sockets.TIMEOUT);
    }

    /** Asks this server. */
    Mono<List<InetAddress>> resolve(String host) {
        return Mono.create(sink -> client.resolveAll(host).addListener(answer -> {
            if (answer.isSuccess()) {
                @SuppressWarnings("unchecked")
                List<InetAddress> all = (List<InetAddress>) answer.getNow();
                sink.success(all);
            } else {
                sink.error(answer.cause());
            }
        }));
    }

    private final class Answers extends SimpleChannelInboundHandler<DatagramDnsQuery> {

        @Override
        protected void channelRead0(ChannelHandlerContext context, DatagramDnsQuery query) {
            DnsQuestion asked = query.recordAt(DnsSection.QUESTION);
            questions.tryEmitNext(asked.name());
            List<String> known = addresses.getOrDefault(asked.name(), List.of());
            DatagramDnsResponse response = new DatagramDnsResponse(query.recipient(), query.sender(), query.id());
            response.addRecord(DnsSection.QUESTION, new DefaultDnsQuestion(asked.name(), asked.type()));
            if (known.isEmpty()) {
                response.setCode(DnsResponseCode.NXDOMAIN);
            } else if (asked.type().equals(DnsRecordType.A)) {
                known.forEach(ip -> response.addRecord(
                        DnsSection.ANSWER,
                        new DefaultDnsRawRecord(
                                asked.name(),
                                DnsRecordType.A,
                                1,
                                Unpooled.wrappedBuffer(NetUtil.createByteArrayFromIpAddressString(ip)))));
            }
            context.writeAndFlush(response);
        }
    }

    @Override
    public void dispose() {
        client.close();
        channel.close();
        loop.shutdownGracefully();
    }
}
