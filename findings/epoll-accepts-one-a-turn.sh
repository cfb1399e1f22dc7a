#!/usr/bin/env bash
# Netty 4.2.17.Final, Linux.
#
# With the native epoll transport a server accepts one connection in each turn of its event loop, however many wait; with
# NIO it accepts up to 16, the documented default of ServerChannelRecvByteBufAllocator's messages per read. So after a
# restart a busy server lets its clients in one by one, behind everything else that the loop does in each turn.
#
# The loop is kept busy until 64 clients wait in the backlog; then a task that runs once a turn counts.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >pom.xml <<'XML'
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>f</groupId><artifactId>f</artifactId><version>1</version>
  <dependencies>
    <dependency><groupId>io.netty</groupId><artifactId>netty-transport-native-epoll</artifactId><version>4.2.17.Final</version></dependency>
    <dependency><groupId>io.netty</groupId><artifactId>netty-transport-native-epoll</artifactId><version>4.2.17.Final</version><classifier>linux-x86_64</classifier></dependency>
  </dependencies>
</project>
XML
mvn -q -B org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies -DoutputDirectory=lib >/dev/null

cat >Accepts.java <<'JAVA'
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.*;
import io.netty.channel.epoll.*;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.*;
import java.util.concurrent.*;

public class Accepts {
    static int now;
    static int most;
    static int all;

    public static void main(String[] arguments) throws Exception {
        System.out.println("NIO: " + most(NioIoHandler.newFactory(), NioServerSocketChannel.class));
        System.out.println("epoll: " + most(EpollIoHandler.newFactory(), EpollServerSocketChannel.class));
        System.exit(0);
    }

    static String most(IoHandlerFactory io, Class<? extends ServerChannel> type) throws Exception {
        EventLoopGroup acceptor = new MultiThreadIoEventLoopGroup(1, io);
        EventLoopGroup workers = new MultiThreadIoEventLoopGroup(1, io);
        now = most = all = 0;
        CountDownLatch complete = new CountDownLatch(1);
        Channel server = new ServerBootstrap().group(acceptor, workers).channel(type)
                .option(ChannelOption.SO_BACKLOG, 128)
                .handler(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext context, Object accepted) {
                        now++;
                        context.fireChannelRead(accepted);
                    }
                })
                .childHandler(new ChannelInboundHandlerAdapter())
                .bind("127.0.0.1", 0).sync().channel();
        EventLoop loop = server.eventLoop();
        CountDownLatch busy = new CountDownLatch(1);
        loop.execute(() -> {
            try {
                busy.await();
            } catch (InterruptedException stopped) {
                throw new IllegalStateException(stopped);
            }
            turn(loop, complete);
        });
        for (int i = 0; i < 64; i++) {
            new Socket().connect(server.localAddress(), 5_000);
        }
        busy.countDown();
        complete.await(10, TimeUnit.SECONDS);
        return "64 wait, at most " + most + " accepted in a turn";
    }

    static void turn(EventLoop loop, CountDownLatch complete) {
        most = Math.max(most, now);
        all += now;
        now = 0;
        if (all < 64) {
            loop.schedule(() -> turn(loop, complete), 1, TimeUnit.NANOSECONDS);
        } else {
            complete.countDown();
        }
    }
}
JAVA
java -cp 'lib/*' Accepts.java 2>/dev/null | tee seen

cat >expected <<'OUT'
NIO: 64 wait, at most 16 accepted in a turn
epoll: 64 wait, at most 1 accepted in a turn
OUT
diff expected seen && echo "as stated"
