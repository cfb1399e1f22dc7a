/**
 * Sockets: a set of connections and a rule for which peer gets the next message. There is a class for each socket type, with
 * what the type can do.
 *
 * <p>Over {@code inproc://name} sockets of one process meet without a network: messages are passed as they are,
 * by the thread that sends or the one that requests, and either side may be there first. There is one queue between them,
 * for {@code sendHwm} messages of the one side plus {@code recvHwm} of the other. Options of transports are ignored: the
 * mechanism (it is always NULL), TLS, heartbeats, time limits of handshakes and idle connections, channel options, event
 * loops, and the hooks of connections. Names belong to the process; nothing from outside reaches them.
 *
 * <h2>Heartbeats</h2>
 *
 * <p>Off by default; {@code heartbeat(interval, timeout)} of any type's options switches them on for that side. A peer that
 * still has to read what it was sent before is given ten timeouts. Types that only receive (PULL, SUB, GATHER, DISH) notice
 * a dead peer only by their own heartbeats; types that only send (PUSH, PUB, SCATTER, RADIO) notice it by theirs, or when
 * messages can no longer be written. A receiver that may be slow (PULL, SUB, DISH, REP, ROUTER, DEALER) should have them on
 * too, as its PINGs come even while it does not read. See
 * {@link io.zmtp.reactive.connection.ConnectionSpec#heartbeat}.
 *
 * <h2>Delivery</h2>
 *
 * <p>At most once. A message is written to one connection, once, and nothing on the wire says that it has arrived. If
 * the connection breaks meanwhile it has arrived whole, or not at all, and is not sent again. An application that has to
 * know lets the peer reply, and asks again. Each line below names the test that shows it.
 *
 * <table><caption>On the wire</caption>
 * <tr><th>What holds</th><th>Test</th></tr>
 * <tr><td>A message arrives whole or not at all, whichever side cuts it</td>
 * <td>{@code PushPullFaultTests.aMessageThatASenderCutsIsNotDelivered},
 * {@code PushPullFaultTests.aMessageThatAReceiverCutsIsNotSentInPartToTheNext},
 * {@code KillTests.whatAKilledSenderSentIsWholeAndInOrderAndTheNextOneIsServed}</td></tr>
 * <tr><td>What one socket sends to another arrives in order</td>
 * <td>{@code PushPullTests.deliversInOrder}, {@code PairTests.keepsTheOrderOfManyBothWaysAtOnce}</td></tr>
 * <tr><td>So it does over connections that follow each other</td>
 * <td>{@code OrderTests.whatAPeerSentIsInOrderOverACut}, {@code OrderTests.whatAPeerSentIsInOrderOverManyCuts},
 * {@code OrderInteropTests.whatAPeerSentIsInOrderOverACut}</td></tr>
 * <tr><td>Connections that break lose messages, and repeat none</td>
 * <td>{@code PushPullFaultTests.whatComesOverResetsIsInOrderAndNeverTwice},
 * {@code KillTests.aKilledReceiverLosesWhatItWasSentAndTheNextOneGetsTheRestInOrder}</td></tr>
 * <tr><td>What was sent and received, dropped and left adds up</td>
 * <td>{@code OverflowTests.countsAddUp}</td></tr>
 * </table>
 *
 * <h3>Order over connections</h3>
 *
 * <p>Where a socket connects, the connections of one {@code connect} are those of one peer. What they left unread also comes
 * before anything of a {@code connect} after a completed {@code disconnect}
 * ({@code OrderTests.whatAPeerSentIsInOrderOverADisconnect}).
 *
 * <p>Where a socket binds, nothing in ZMTP shows that two connections are of the same peer, and most peers have no routing id.
 * So the rule is for all peers there: what a connection has left unread is emitted before anything of peers that join after
 * its end. Peers that were there before take turns with it, so peers that come and go delay no other
 * ({@code OrderTests.peersThatWereThereTakeTurnsWithWhatOthersLeft},
 * {@code OrderTests.peersThatComeAndGoDoNotKeepOutOneThatStays}).
 *
 * <p>The end of a connection counts from when this side notices it. A receiver that is far behind notices it only when it has
 * read what came before, and a network that fails may never show it. If the peer has connected again by then, the two
 * connections take turns. Only a ROUTER excludes that for peers with a routing id: it refuses such a peer until the former
 * connection has ended. With {@code handover()} what the former peer sent comes first too
 * ({@code OrderTests.whatAPeerThatIsSupersededSentComesBeforeWhatTheNextOneSends}).
 *
 * <h3>Where a message is</h3>
 *
 * <table><caption>From a sender to a receiver</caption>
 * <tr><th>Where</th><th>Bound</th><th>When it is lost</th><th>Test</th></tr>
 * <tr><td>With the sender: its {@code Mono} waits</td><td>one message of each sender</td><td>never: cancelling
 * takes it back; closing the socket fails the {@code Mono}</td>
 * <td>{@code DeliveryTests.cancellingTakesBackWhatWaitsToBeAccepted},
 * {@code DeliveryTests.closingFailsWhoStillWaits}</td></tr>
 * <tr><td>The same, of {@code send(publisher)}</td><td>what it has asked for: as many as there was room for, at most
 * 256</td><td>cancelling does not take back what the source has emitted: it is sent before later messages. What another thread
 * emits just then is sent when it comes. Closing the socket drops it, and counts it if the stream was cancelled</td>
 * <td>{@code DeliveryTests.whatAStreamBroughtBeforeItWasCancelledComesBeforeWhatIsSentLater},
 * {@code DeliveryTests.whatAStreamBroughtBeforeItWasCancelledIsCountedWhenTheSocketIsClosed}</td></tr>
 * <tr><td>Accepted: in the queue for one peer</td><td>{@code sendHwm} messages, {@code sendHwmBytes} octets; one
 * message always</td><td>as the tables below say, by the type; with {@code maxAge}, when it has waited so long</td>
 * <td>{@code PushPullFaultTests.holdsExactlyAsManyAsTheMark}, {@code MaxAgeTests.dropsWhatNobodyHasComeFor},
 * {@code DeliveryTests.aQueueTakesOneMessageHoweverLargeAndNoOtherBeside}</td></tr>
 * <tr><td>In flight: given to the transport</td><td>what the transport takes</td><td>with the connection</td>
 * <td>{@code PushPullFaultTests.whatComesOverResetsIsInOrderAndNeverTwice}</td></tr>
 * <tr><td>Read, and not requested</td><td>{@code recvHwm} messages or 256 KiB of each peer; then reading
 * stops, except on XPUB, which drops</td><td>when the receiving socket is closed; not when the peer goes</td>
 * <td>{@code PushPullFaultTests.holdsBackAFloodWhileNobodyReceives},
 * {@code DeliveryTests.whatWasReadStaysWhenItsPeerHasGone},
 * {@code DeliveryTests.aReceiverThatIsClosedHandsNothingMoreOut}</td></tr>
 * <tr><td>The same, of peers that have gone</td><td>{@code recvHwm} messages and 16 MiB of all of them together, and
 * what the last one left</td><td>when peers that go leave more: the oldest is dropped</td>
 * <td>{@code LeftoverTests.peersThatComeAndGoLeaveAtMostSoMuchAndTheRestIsCounted},
 * {@code LeftoverTests.endpointsThatAreGivenUpLeaveAtMostSoMuchAndTheRestIsCounted},
 * {@code LeftoverTests.whatTheLastOneLeftIsNeverDropped}</td></tr>
 * <tr><td>Emitted to the subscriber of {@code receive()}</td><td>what it has requested</td><td>if the subscriber
 * throws, or drops it, as Reactor's {@code timeout} does with what comes just when the time is over; cancelling loses
 * nothing that was not emitted</td>
 * <td>{@code PushPullFaultTests.aSubscriberThatThrowsLosesItsMessageOnly},
 * {@code PushPullFaultTests.cancellingLosesNothingThatWasNotHandedOut},
 * {@code ReceiveInTimeTests.aMessageThatWasTakenForASubscriberThatCancelsIsTheNextOnes}</td></tr>
 * <tr><td>Emitted by {@code receive(Duration)}</td><td>one message</td><td>never by the end of the time</td>
 * <td>{@code ReceiveInTimeTests.aMessageThatComesWhenTheTimeIsOverIsTheNextOnes},
 * {@code ReceiveInTimeTests.losesNothingWhenTheTimeIsShort}</td></tr>
 * </table>
 *
 * <h3>When the application does not take what came</h3>
 *
 * <p>The protocol goes on: PINGs are answered, commands are read, and the end of the connection is seen, even if nothing is
 * received. But a connection is one stream. When a socket has read ahead as much as it may, reading stops, which delays that
 * sender only. What comes behind in the stream is read when the messages are received, even a PING or the peer's end. So a peer with heartbeats may give up a socket whose application is stuck for
 * longer than {@code recvHwm} messages; a larger {@code recvHwm}, or a rule that drops, keeps it. Our own heartbeats rest
 * while we do not read. Sockets that only publish or push read all there is.
 *
 * <table><caption>By type</caption>
 * <tr><th>Type</th><th>Reads</th><th>Test</th></tr>
 * <tr><td>PULL, GATHER, SUB, XSUB, DISH, DEALER, ROUTER, CLIENT, SERVER, PEER, PAIR, CHANNEL, REP</td><td>ahead, as far as
 * {@code recvHwm} and 256 KiB; then what comes behind waits</td>
 * <td>{@code AbsentReaderTests.pingsAreAnsweredAndTheEndIsSeenWhileMessagesWait},
 * {@code AbsentReaderTests.beyondTheMarkAPingWaitsBehindTheMessagesThatNobodyTakes}</td></tr>
 * <tr><td>PULL, GATHER, SUB, DISH with {@code onFull(DROP_…)} or {@code LATEST}</td><td>all</td>
 * <td>{@code AbsentReaderTests.whereTheRuleIsToDropPingsAreAnsweredHoweverMuchCame}</td></tr>
 * <tr><td>PUB, XPUB, RADIO, PUSH, SCATTER, REQ</td><td>all: what is not for the application, or has no place, is dropped
 * and counted; subscriptions count at once</td>
 * <td>{@code AbsentReaderTests.pingsAreAnsweredAndTheEndIsSeenHoweverMuchCame},
 * {@code XPubTests.withoutAReceiverSubscriptionsCountAndPingsAreAnswered},
 * {@code AbsentReaderTests.groupsAreJoinedHoweverMuchCame}</td></tr>
 * </table>
 *
 * <h3>What completes when</h3>
 *
 * <table><caption>Calls</caption>
 * <tr><th>Call</th><th>Completes, or emits</th><th>Test</th></tr>
 * <tr><td>{@code send(message)}</td><td>when a queue has accepted the message, or the type's rule has dropped it.
 * Fails if no queue ever will: then no peer gets it</td>
 * <td>{@code PushPullTests.connectsBeforeThePeerBinds}, {@code PushPullTests.waitsWithoutPeersAndGoesOnWithTheFirst},
 * {@code RouterTests.mandatoryFailsForWhatNobodyCanBeGiven}</td></tr>
 * <tr><td>{@code send(publisher)}</td><td>when the last message was accepted. Fails with the publisher, or when the
 * socket is closed; what was accepted before is sent</td>
 * <td>{@code DeliveryTests.aStreamThatFailsHasSentWhatCameBefore},
 * {@code RouterTests.streamFailsWhenTheSocketIsClosed}</td></tr>
 * <tr><td>{@code flush()}</td><td>when all that was accepted before was written, dropped by rule, or lost with its
 * peer</td>
 * <td>{@code DeliveryTests.flushCompletesWhenAllIsWritten},
 * {@code OverflowTests.flushCompletesWhenWhatItWaitsForWasDropped},
 * {@code LingerTests.flushCompletesWhenAPeerThatHeldSomethingHasGone}</td></tr>
 * <tr><td>{@code close()}</td><td>when all that was accepted, and what waits to be, is written, also to peers that
 * come within the linger time; at its end the rest is dropped. Emits how much that is</td>
 * <td>{@code PushPullTests.closesAfterWritingAndReportsNothingUnsent},
 * {@code LingerTests.acceptsWhatWaitedWhenItIsClosed}, {@code LingerTests.writesToAPeerThatAppearsWithinLinger},
 * {@code LingerTests.countsExactlyWhatAStuckPeerDidNotTake}</td></tr>
 * <tr><td>{@code dispose()}</td><td>at once, as {@code close()} with a linger time of zero</td>
 * <td>{@code DeliveryTests.disposeDropsAndCountsWhatWaits},
 * {@code LingerTests.zeroEndsAtOnceAndCountsWhatWasLeft}</td></tr>
 * <tr><td>{@code disconnect(endpoint)}, {@code unbind(endpoint)}</td><td>when what is queued there was written; what
 * is left after the linger time goes to others, if peers take turns, or is dropped</td>
 * <td>{@code EndpointLifeTests.disconnectWritesWhatWasAcceptedFirst},
 * {@code DiscoveryTests.writesWhatAGoneEndpointWasGivenFirst},
 * {@code PairTests.countsWhatADisconnectedEndpointDidNotGet}</td></tr>
 * </table>
 *
 * <h3>When a peer goes, and comes back</h3>
 *
 * <p>Where a socket connects, the queue is there before the peer is, and waits while it is away. Where it binds, the
 * queue comes and goes with the peer: one that comes back is a new peer.
 *
 * <table><caption>What is queued</caption>
 * <tr><th>Type</th><th>Connects: the peer is away</th><th>Binds: the peer has gone</th><th>Test</th></tr>
 * <tr><td>PUSH, DEALER, SCATTER, CLIENT</td><td>waits for it</td><td>goes to the other peers, or waits for one</td>
 * <td>{@code RestartTests.whatWaitsWhileAPeerIsAwayReachesItsNextLife},
 * {@code ReconnectTests.keepsWhatIsQueuedOverThreeLivesOfThePeer},
 * {@code KillTests.whatIsSentWhileAKilledReceiverIsAwayAllArrives},
 * {@code PushPullTests.givesWhatAGonePeerHeldToTheOthers},
 * {@code LingerTests.givesWhatAGonePeerHeldToOneThatAppearsWithinLinger}</td></tr>
 * <tr><td>the same, {@code immediate()}</td><td>goes to the other peers</td><td>goes to the other peers</td>
 * <td>{@code DeliveryTests.immediateQueuesNothingForAPeerThatIsNotThere},
 * {@code DeliveryTests.immediateGivesWhatAGonePeerHeldToTheOthers}</td></tr>
 * <tr><td>the same, {@code stopAfterFatal()}</td><td>goes to the other peers when the endpoint is given
 * up</td><td>—</td>
 * <td>{@code ReconnectTests.givesUpWhenToldToAndGivesTheMessagesToOthers}</td></tr>
 * <tr><td>PAIR, CHANNEL; DEALER, REQ and ROUTER that connect to a ROUTER</td><td>waits, while that has another peer, or another
 * one of that name, and refuses this one</td><td>—</td>
 * <td>{@code RefusalTests.whatASecondPairHasQueuedArrivesWhenTheFirstHasGone},
 * {@code RefusalTests.whatADealerOfATakenNameHasQueuedArrivesWhenTheNameIsFree}</td></tr>
 * <tr><td>PAIR, CHANNEL</td><td>waits for it</td><td>dropped</td>
 * <td>{@code RestartTests.whatWaitsWhileAPeerIsAwayReachesItsNextLife},
 * {@code PairTests.whatWaitedForABoundPeerGoesToNobodyElse}</td></tr>
 * <tr><td>PUB, XPUB, RADIO; upstream XSUB</td><td>dropped; what is sent meanwhile is not for it</td><td>dropped</td>
 * <td>{@code DeliveryTests.whatWaitsForASubscriberThatGoesIsDropped},
 * {@code DeliveryTests.aSubscriberThatComesBackHasMissedWhatWasPublishedMeanwhile}</td></tr>
 * <tr><td>SUB, XSUB, DISH</td><td>subscribes again</td><td>—</td>
 * <td>{@code PubSubTests.subscribesAgainAfterThePublisherCameBack},
 * {@code RadioDishTests.joinsAgainWhenTheRadioCameBack}</td></tr>
 * <tr><td>REQ</td><td>the request fails, and is not sent anew</td><td>the same</td>
 * <td>{@code ReqRepTests.failsWhenThePeerGoesSoThatRetryAsksTheNext},
 * {@code ReqWireTests.sendsNothingAnewThatWasUnderWayWhenTheConnectionWasLost}</td></tr>
 * <tr><td>REP</td><td>the reply is dropped</td><td>the same</td>
 * <td>{@code RepTests.dropsAndCountsTheReplyToAPeerThatHasGone}</td></tr>
 * <tr><td>ROUTER</td><td>waits for it, wherever it turns up; dropped when another one turns up at its endpoint</td>
 * <td>dropped; no peer has its routing id</td>
 * <td>{@code DeliveryTests.routerKeepsWhatWaitsForAPeerThatItConnectsTo},
 * {@code RouterReturnTests.whatWaitsForAPeerFollowsItToAnotherEndpoint},
 * {@code RouterReturnTests.whatWaitsForOnePeerIsNotGivenToAnotherThatTurnsUpAtItsEndpoint},
 * {@code RouterPeersTests.failsWhoWaitsForAPeerThatGoes},
 * {@code RouterPeersTests.aNameIsFreeAgainAfterItsPeerHasGone}</td></tr>
 * <tr><td>SERVER, PEER</td><td>waits for it</td><td>dropped; no peer ever has its routing id again</td>
 * <td>{@code PeerSocketTests.aConnectedPeerKeepsItsIdOverItsRestart},
 * {@code ServerTests.whoWaitsForAClientIsToldThatItHasGone},
 * {@code ServerTests.aGoneClientsIdMeansNobodyElse}</td></tr>
 * </table>
 *
 * <h3>When there is no peer, and when a queue is full</h3>
 *
 * <table><caption>What becomes of the next message</caption>
 * <tr><th>Type</th><th>No peer is there</th><th>The queue is full</th><th>Test</th></tr>
 * <tr><td>PUSH, DEALER, SCATTER, CLIENT</td><td>waits</td><td>waits, when all are full</td>
 * <td>{@code PushPullTests.waitsWithoutPeersAndGoesOnWithTheFirst}, {@code OverflowTests.waitsByDefault},
 * {@code PushPullTests.takesTurnsBetweenPeers}</td></tr>
 * <tr><td>PAIR, CHANNEL</td><td>waits</td><td>waits</td>
 * <td>{@code PairTests.waitsWithoutAPeerAndGoesOnWithTheFirst},
 * {@code PairTests.whatWaitedForABoundPeerGoesToNobodyElse}</td></tr>
 * <tr><td>PUB, XPUB, RADIO</td><td>no peer gets it, and nothing is reported</td><td>that peer misses it</td>
 * <td>{@code PubSubTests.sendsToNobodyWithoutWaiting}, {@code SubscriptionWireTests.sendsNothingBeforeASubscription},
 * {@code PubOverloadTests.tellsWhatAFullQueueMissed},
 * {@code PubOverloadTests.aStuckSubscriberDoesNotHoldUpAHealthyOne}</td></tr>
 * <tr><td>the same, {@code noDrop()}</td><td>no peer gets it</td><td>waits for all, until they go</td>
 * <td>{@code PubOverloadTests.withoutDroppingSendersWaitForTheSlowest},
 * {@code PubOverloadTests.withoutDroppingSendersGoOnWhenTheSlowestLeaves},
 * {@code PubOverloadTests.closingWritesWhatIsOwed}</td></tr>
 * <tr><td>REQ</td><td>waits; cancelling takes the request back</td><td>waits</td>
 * <td>{@code ReqRepTests.waitsForAPeer}, {@code ReqRepTests.cancelTakesARequestBackThatWaits},
 * {@code DeliveryTests.reqWaitsWhileAPeerDoesNotRead}</td></tr>
 * <tr><td>REP</td><td>—</td><td>the reply is dropped</td>
 * <td>{@code DeliveryTests.repDropsRepliesToAPeerThatDoesNotRead},
 * {@code RepTests.servesOthersWhileAPeerDoesNotReadItsReplies}</td></tr>
 * <tr><td>ROUTER</td><td>dropped</td><td>dropped</td>
 * <td>{@code RouterTests.dropsAndCountsWhatNobodyCanBeGiven},
 * {@code RouterPeersTests.dropsAndCountsForAPeerWhoseQueueIsFull}</td></tr>
 * <tr><td>ROUTER, {@code mandatory()}</td><td>fails</td><td>waits; fails when the peer goes; delays no other</td>
 * <td>{@code RouterTests.mandatoryFailsForWhatNobodyCanBeGiven},
 * {@code RouterPeersTests.failsWhoWaitsForAPeerThatGoes},
 * {@code RouterPeersTests.waitingForOnePeerHoldsUpNobodyElse}</td></tr>
 * <tr><td>SERVER, PEER</td><td>fails</td><td>waits; fails when the peer goes; delays no other</td>
 * <td>{@code ServerTests.failsToSendToNobody}, {@code ServerTests.whoWaitsForAClientIsToldThatItHasGone},
 * {@code ServerTests.aClientThatDoesNotReadHoldsUpNobodyElse}</td></tr>
 * </table>
 *
 * <table><caption>{@code onFull}: another rule for full queues</caption>
 * <tr><th>Rule</th><th>What happens</th><th>Test</th></tr>
 * <tr><td>{@code WAIT}</td><td>the sender waits</td>
 * <td>{@code OverflowTests.waitsByDefault}</td></tr>
 * <tr><td>{@code DROP_NEWEST}</td><td>the message is dropped</td>
 * <td>{@code OverflowTests.dropsTheNewest}</td></tr>
 * <tr><td>{@code DROP_OLDEST}</td><td>those that wait longest are dropped</td>
 * <td>{@code OverflowTests.dropsTheOldest}, {@code PublishOverflowTests.dropsTheOldestForEachSubscriber}</td></tr>
 * <tr><td>{@code LATEST}</td><td>all that wait are dropped</td>
 * <td>{@code OverflowTests.keepsTheLatestOnly}, {@code PublishOverflowTests.keepsTheLatestForEachSubscriber}</td></tr>
 * <tr><td>{@code FAIL}</td><td>{@code send} fails, and no peer gets the message; a subscription needs no room</td>
 * <td>{@code OverflowTests.fails}, {@code PublishOverflowTests.failsWhileASubscriberHasNoRoom},
 * {@code PublishOverflowTests.subscriptionsNeedNoRoom}</td></tr>
 * <tr><td>{@code DISCONNECT}</td><td>the message is dropped, and the peer disconnected; not where peers take
 * turns</td>
 * <td>{@code PublishOverflowTests.disconnectsASubscriberThatIsTooSlow},
 * {@code OverflowTests.doesNotDisconnectPeersThatTakeTurns}</td></tr>
 * <tr><td>{@code DROP_…} and {@code LATEST} of PULL, GATHER, SUB and DISH</td><td>the same with what came from one peer,
 * all of which is read at once, and waits to be asked for: {@code recvHwm} messages or 256 KiB</td>
 * <td>{@code ReceiveOverflowTests.pullDropsTheOldest}, {@code ReceiveOverflowTests.pullKeepsTheLatestOfEachPeer},
 * {@code ReceiveOverflowTests.subKeepsTheLatestOfWhatCame}</td></tr>
 * <tr><td>over {@code inproc}</td><td>the same with the one queue that both sides have</td>
 * <td>{@code InprocOverflowTests.dropsTheOldestOfBothQueues},
 * {@code InprocOverflowTests.keepsTheLatestOnly}</td></tr>
 * </table>
 *
 * <h3>What is received and dropped</h3>
 *
 * <table><caption>By receivers</caption>
 * <tr><th>Type</th><th>What</th><th>Test</th></tr>
 * <tr><td>SUB</td><td>what only {@code receive()} without prefixes would emit, if there are other subscribers but none of that</td>
 * <td>{@code SubscriptionFluxTests.tellsWhatNobodyReceivedWhileOthersDid}</td></tr>
 * <tr><td>REQ</td><td>what is no reply, and the reply that comes too late</td>
 * <td>{@code ReqWireTests.dropsWhatIsNoReplyAndGoesOnWaiting},
 * {@code ReqRepTests.dropsTheReplyThatComesTooLate}</td></tr>
 * <tr><td>REP</td><td>what has no envelope; what the handler fails on, or does not answer</td>
 * <td>{@code RepTests.dropsAndCountsRequestsWithoutEnvelope},
 * {@code RepTests.goesOnWhenAHandlerFailsAndLeavesThatRequestUnanswered}</td></tr>
 * <tr><td>single-part types</td><td>messages of several parts</td>
 * <td>{@code SinglePartTests.dropsAndTellsWhatComesInSeveralParts}</td></tr>
 * <tr><td>PUB, RADIO</td><td>messages</td>
 * <td>{@code PubOverloadTests.takesVeryLongTopicsAndGarbageUpstream}</td></tr>
 * <tr><td>XPUB</td><td>messages, and notices where all are received, beyond a limit; never the first subscription to a prefix,
 * nor the end of the last</td>
 * <td>{@code XPubTests.whatPeersSendUpstreamBeyondTheMarkIsDroppedAndCounted},
 * {@code XPubTests.verboseNoticesBeyondTheLimitAreDroppedAndCountedAndTheSubscriptionsCount},
 * {@code XPubTests.aManualOneReceivesAllEndsOfAPeerThatGoes}</td></tr>
 * </table>
 *
 * <h3>What is reported</h3>
 *
 * <p>Everything, except what a closed receiver had read, and what no peer subscribed to. The {@code Recorder} counts every
 * message that is dropped, with the reason. The {@code monitor()} emits the first one at once, and then all others together,
 * once a second ({@code OverflowTests.tellsTheFirstDropAtOnceAndTheRestTogether}). What a connection was given but did not
 * write is counted in its {@code Disconnected}; what is left when the socket is closed is in what {@code close()} emits ({@code PushPullTests.reportsWhatLingerLeftBehind}).
 *
 * @since 0.1
 */
@NullMarked
package io.zmtp.reactive.socket;

import org.jspecify.annotations.NullMarked;
