/**
 * Publications without gaps: a {@link io.zmtp.reactive.replay.ReplayPublisher} numbers what it publishes and keeps the last
 * messages, and a {@link io.zmtp.reactive.replay.ReplaySubscriber} asks for those that it missed. PUB may drop messages, and
 * connections may end, as always; what was published is there once and in order all the same, as far back as the history goes,
 * and what is lost is known by its numbers.
 *
 * <h2>What can happen, step by step</h2>
 *
 * <table><caption>What is done about a loss at each step</caption>
 * <tr><th>step</th><th>if it fails</th></tr>
 * <tr><td>1. a message gets its number and is in the history</td><td>{@code send} fails, and nobody gets it</td></tr>
 * <tr><td>2. PUB gives it to the queues of its subscribers</td><td>a full one drops it; the next number that comes, or the
 * check of a quiet publisher, shows the gap</td></tr>
 * <tr><td>3. it goes over the connection</td><td>as 2; the SUB connects again</td></tr>
 * <tr><td>4. the subscriber holds it, if one before it is missing</td><td>at most
 * {@link io.zmtp.reactive.replay.SubscriberOptions#buffer(int)} are held; then the SUB is not read, and 2 follows</td></tr>
 * <tr><td>5. it asks for what is missing</td><td>it asks again when the connection is back, or when an answer takes
 * too long; after {@link io.zmtp.reactive.replay.SubscriberOptions#patience} without progress what is missing is lost</td></tr>
 * <tr><td>6. the publisher answers with a page of at most 256 KiB</td><td>as 5: an answer over a connection that has ended does
 * not count</td></tr>
 * <tr><td>7. what was missing is handed out, and what waited for it</td><td>a message that comes again is dropped and
 * counted</td></tr>
 * <tr><td>8. the subscriber ends</td><td>nothing is acknowledged: it begins again behind the last update that it has kept, with
 * {@link io.zmtp.reactive.replay.Start#after}</td></tr>
 * <tr><td>9. the publisher ends, and its history with it</td><td>another one has another epoch, and is followed from its
 * first message on; what the first one published, and the subscriber has not got, is a gap as far as its numbers were seen,
 * and otherwise unknown</td></tr>
 * </table>
 *
 * <p>A subscriber asks for one page at a time, when it has room for it: so one that is slow, or a million messages behind, costs the
 * publisher one page, and takes turns with others.
 *
 * <h2>What holds</h2>
 *
 * <table><caption>What is promised, and the tests that show it</caption>
 * <tr><th>What holds</th><th>Test</th></tr>
 * <tr><td>Every message comes once and in order, whatever connections are cut, as far back as the history goes</td>
 * <td>{@code ReplayTests.missesNothingWhileConnectionsAreCut},
 * {@code ReplayTests.missesNothingOfATopicWhileConnectionsAreCut}</td></tr>
 * <tr><td>So it does when a connection is cut at any step of a replay or of a publication, by either side</td>
 * <td>{@code ReplayStepsTests.aSubscriberGetsAllOfAPublisherThatCutsAReplay},
 * {@code ReplayStepsTests.aSubscriberGetsAllOfAPublisherThatCutsItsPublication},
 * {@code ReplayStepsTests.aPublisherServesTheNextSubscriberWhenOneCutsAReplay}</td></tr>
 * <tr><td>So it does when publishers and subscribers are killed: a subscriber goes on behind what it had, and another publisher is followed from its first message on</td>
 * <td>{@code KillProgramTests.keepsItsPromisesWhileItsPeersAreKilled}</td></tr>
 * <tr><td>The loss of the last message is found</td>
 * <td>{@code ReplayTests.findsThatTheLastMessageWasLost}</td></tr>
 * <tr><td>What the history does not have any more is a typed error, or a {@code Gap}</td>
 * <td>{@code ReplayTests.failsWithTheRangeThatTheHistoryDoesNotHaveAnyMore},
 * {@code ReplayTests.emitsAGapAndGoesOn}</td></tr>
 * <tr><td>So is what a publisher is known to have taken with it</td>
 * <td>{@code PatienceTests.whatAPublisherTookWithItWhileItWasReplayedIsAGap}</td></tr>
 * <tr><td>A publisher that was started again is followed</td>
 * <td>{@code ReplayTests.goesOnWithThePublisherThatWasStartedAgain}</td></tr>
 * <tr><td>Each of several publishers has numbers of its own</td>
 * <td>{@code ReplayTests.followsSeveralPublishersAtOnce}</td></tr>
 * <tr><td>A late joiner has the state of a subscriber that was there all the time</td>
 * <td>{@code ReplayTests.aLateJoinerHasTheStateOfOneThatWasThereAllTheTime}</td></tr>
 * <tr><td>A slow subscriber loses nothing, however long it takes</td>
 * <td>{@code ReplayTests.handsOutWhatIsRequestedOnly},
 * {@code PatienceTests.aSlowSubscriberLosesNothingHoweverLongItTakes},
 * {@code PatienceTests.whatIsAheadDoesNotKeepOutWhatIsReplayedBeforeIt}</td></tr>
 * <tr><td>What is held for it is bounded, on both sides</td>
 * <td>{@code WrongMessagesTests.whatIsPublishedAndNotRequestedIsNotHeld},
 * {@code PatienceTests.ofLargeMessagesOnlySoManyAreHeldAndTheRestIsReplayed},
 * {@code PatienceTests.joinsAndLeavesHoldNothingWhileASubscriberBlocks},
 * {@code WrongPublisherTests.whoAsksAgainAndAgainAndDoesNotReadCostsABoundedAmount}</td></tr>
 * <tr><td>The history takes at most 1.3 times the octets of its messages and 32 more for each</td>
 * <td>{@code HistoryTests.takesLittleMoreThanItsMessages}</td></tr>
 * <tr><td>Numbers that go back, wrap or jump, answers that nobody asked for, and a replay without an end are a gap, or dropped and counted, and nothing of them is held</td>
 * <td>{@code WrongMessagesTests.ofPublicationsWithWrongNumbersNothingIsHeld},
 * {@code WrongMessagesTests.ofReplaysWithWrongNumbersNothingIsHeld},
 * {@code WrongMessagesTests.answersThatNobodyAskedForAreDroppedAndCountedAndNothingIsHeld},
 * {@code WrongMessagesTests.aReplayThatNeverEndsIsGivenUp}</td></tr>
 * <tr><td>Peers with the plain wire are met on both sides</td>
 * <td>{@code ReplayPythonInteropTests.subscribesToAPublisherInPython},
 * {@code ReplayPythonInteropTests.publishesToASubscriberInPython}</td></tr>
 * </table>
 *
 * <h2>Topics</h2>
 *
 * <p>All messages of a publisher are numbered in one row, whatever their topics. A subscriber with prefixes asks, when numbers are
 * missing, which of them there are of its prefixes; it gets these numbers, and asks only for messages that it has not got. So it hands
 * a message behind numbers of other topics out after one round trip, in which many may be waiting.
 *
 * <h2>The wire</h2>
 *
 * <p>Live messages are as others have them: the topic, the number in 8 octets, big-endian, and the payload in one part or more.
 * Nothing else is published.
 *
 * <p>The plain replay: a peer of the ROUTER sends an empty part and the first number wanted; it gets an empty part, the number and
 * the payload for each message, and at the end an empty part, the number −1, and an empty payload. There may be the topic before
 * each number, and an empty part before the last. vLLM, SGLang and others speak it. Any peer may ask
 * {@link io.zmtp.reactive.replay.ReplayPublisher} so: it is sent everything up to the moment of asking, as fast as it reads.
 *
 * <p>Our publishers announce {@code X-Replay} in READY, on both sockets: {@code 1}, a blank, and the epoch in 16 hexadecimal digits.
 * Only those are sent our requests:
 *
 * <pre>
 * request: empty | first number, 8 octets | id 4, mode 1, epoch 8, last number 8, most octets 4 | prefix | …
 * answer:  empty | number −1              | id 4, epoch 8, oldest 8, through 8, next 8          | records
 * </pre>
 *
 * <p>Modes are 0 for messages, 1 for their numbers only, 2 for the last message of each key. {@code through} is how far the
 * publisher has looked; of what is not in the answer up to there, it has nothing. A record is the size of its frames in 4 octets, the
 * number in 8, and the frames of topic and payload as RFC 37 has them.
 *
 * <h2>Plain publishers</h2>
 *
 * <p>Without {@code X-Replay} some things are guessed. There is one topic, or the replay has it: a replay without topics is taken to be
 * of the topics subscribed to. A number that is not above the one before has begun anew, and counts as another epoch; if a
 * publisher that was started again is already ahead of the one before, nothing shows it. A replay in which numbers are skipped was
 * dropped on its way, and is asked for again from there. There are no last values.
 *
 * @since 0.1
 */
@NullMarked
package io.zmtp.reactive.replay;

import org.jspecify.annotations.NullMarked;
