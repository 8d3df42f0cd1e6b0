import Foundation
import Logging
import Synchronization
import Testing
import UnixSignals

@testable import Lifecycle

@Suite struct ProgramGroupTests {
    private struct Broken: Error, Equatable {}

    @Test func supportsOpenInOrderAndCloseInReverse() async throws {
        let diary = Diary()
        let answer = try await onThread {
            try diary.group(["a", "b"]).run { sign in
                diary.note("work")
                #expect(!sign.isUp)
                return 42
            }
        }
        #expect(answer == 42)
        #expect(
            diary.lines == [
                "signals taken", "a opens", "b opens", "work", "b closes", "a closes", "signals given back",
            ])
    }

    @Test func whatTheWorkThrowsIsThrownWhenAllHasClosed() async throws {
        let diary = Diary()
        await #expect(throws: Broken()) {
            try await onThread { try diary.group(["a", "b"]).run { _ in throw Broken() } }
        }
        #expect(diary.lines.suffix(3) == ["b closes", "a closes", "signals given back"])
    }

    @Test func aSupportThatCannotBeOpenedKeepsTheWorkFromBeginning() async throws {
        let diary = Diary()
        let refusing = ProgramService("b") {
            throw Broken()
        } close: { _ in
            diary.note("b closes")
        }
        let group = diary.group([diary.support("a"), refusing, diary.support("c")])
        await #expect(throws: Broken()) {
            try await onThread { try group.run { _ in diary.note("work") } }
        }
        #expect(diary.lines == ["signals taken", "a opens", "a closes", "signals given back"])
    }

    @Test func aSupportThatEndsByItselfIsToldAndDoesNotEndTheWork() async throws {
        let diary = Diary()
        let isOver = Gate()
        let told = DispatchSemaphore(value: 0)
        let weak = diary.support("weak").watched {
            _ = await isOver.isOpen
        } endedByItself: {
            diary.note("weak is gone")
            told.signal()
        }
        let group = diary.group([weak, diary.support("b")])
        try await onThread {
            try group.run { sign in
                isOver.decide(true)
                told.wait()
                #expect(!sign.isUp)
                diary.note("work goes on")
            }
        }
        #expect(
            diary.lines.suffix(5) == ["weak is gone", "work goes on", "b closes", "weak closes", "signals given back"])
    }

    @Test func aSupportThatIsClosedHasNotEndedByItself() async throws {
        let diary = Diary()
        let isOver = Gate()
        let watcher = Gate()
        var support = diary.support("a").watched {
            _ = await isOver.isOpen
            watcher.decide(true)
        } endedByItself: {
            diary.note("a is gone")
        }
        let close = support.close
        support = ProgramService("a", open: support.open) { inHaste in
            await close(inHaste)
            isOver.decide(true)
        }.watched(until: support.ended ?? {}, endedByItself: support.endedByItself)
        let group = diary.group([support])
        try await onThread { try group.run { _ in diary.note("work") } }
        _ = await watcher.isOpen
        #expect(diary.lines == ["signals taken", "a opens", "work", "a closes", "signals given back"])
    }

    @Test func aSignalAsksTheWorkToEndInGoodOrder() async throws {
        let diary = Diary()
        var group = diary.group(["a"])
        group.gracefulSignals = [.sigusr2]
        try await onThread { [group] in
            try group.run { sign in
                kill(getpid(), SIGUSR2)
                sign.wait()
                #expect(sign.request == .inGoodOrder)
                diary.note("work ends")
            }
        }
        #expect(diary.lines == ["signals taken", "a opens", "work ends", "a closes", "signals given back"])
    }

    @Test func aSecondSignalCancelsAndStillKeepsTheOrder() async throws {
        let diary = Diary()
        let group = diary.group(["a", "b"])
        try await onThread {
            try group.run { sign in
                diary.again()
                sign.wait()
                #expect(sign.request == .atOnce)
                // Nothing may close before the work has ended, however much of a hurry there is.
                diary.note("work ends")
            }
        }
        #expect(
            diary.lines.suffix(4) == ["work ends", "b closes in haste", "a closes in haste", "signals given back"])
    }

    @Test func aSecondSignalBeforeTheWorkBeginsKeepsItFromBeginning() async throws {
        let diary = Diary()
        let slow = ProgramService("slow") {
            diary.again()
        } close: { _ in
            diary.note("slow closes")
        }
        let group = diary.group([slow, diary.support("b")])
        await #expect(throws: ProgramGroup.Interrupted.self) {
            try await onThread { try group.run { _ in diary.note("work") } }
        }
        #expect(diary.lines == ["signals taken", "slow closes", "signals given back"])
    }

    @Test func aStopThatLastsTooLongIsCancelled() async throws {
        let diary = Diary()
        var group = diary.group(["a"])
        group.patience = .milliseconds(1)
        group.gracefulSignals = [.sigwinch]
        try await onThread { [group] in
            try group.run { sign in
                kill(getpid(), SIGWINCH)
                while sign.request != .atOnce { usleep(1_000) }
                diary.note("work ends")
            }
        }
        #expect(diary.lines.suffix(3) == ["work ends", "a closes in haste", "signals given back"])
    }

    @Test func aWorkThatDoesNotEndIsGivenUp() async throws {
        let diary = Diary()
        let givenUp = DispatchSemaphore(value: 0)
        var group = ProgramGroup(
            "work", with: [],
            signals: .init(
                taken: diary.take, givenBack: {},
                giveUp: { givenUp.signal() }),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        group.haste = .milliseconds(1)
        try await onThread { [group] in
            try group.run { sign in
                diary.again()
                givenUp.wait()
                #expect(sign.request == .atOnce)
            }
        }
    }
}

/// What happened, in its order.
private final class Diary: Sendable {
    private let state = Mutex<[String]>([])
    private let second = Mutex<(@Sendable () -> Void)?>(nil)

    var lines: [String] { state.withLock { $0 } }

    func note(_ line: String) { state.withLock { $0.append(line) } }

    func support(_ name: String) -> ProgramService {
        ProgramService(name) {
            self.note("\(name) opens")
        } close: { inHaste in
            self.note("\(name) closes" + (inHaste ? " in haste" : ""))
        }
    }

    func take(_ again: @escaping @Sendable () -> Void) {
        note("signals taken")
        second.withLock { $0 = again }
    }

    /// A signal comes that is not the first.
    func again() { second.withLock { $0 }?() }

    func group(_ names: [String]) -> ProgramGroup { group(names.map(support)) }

    func group(_ supports: [ProgramService]) -> ProgramGroup {
        ProgramGroup(
            "work", with: supports,
            signals: .init(
                taken: take, givenBack: { self.note("signals given back") },
                giveUp: { Issue.record("the process would have been left") }),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }
}

/// Runs `body` where it may wait: on a thread of no pool.
private func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread { continuation.resume(with: Result { try body() }) }.start()
    }
}
