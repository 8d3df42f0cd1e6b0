import Foundation
import Testing

/// Output that cannot be written: the whole of it or nothing, and what was there before stays.
@Suite struct OutputFailureTests {
    /// A backtest whose output is several hundred kB.
    static let backtest = ["backtest", "--quiet", "--set", "demo.days=3", "--set", "backtest.random_runs=0"]
    static let files = ["decisions.jsonl", "equity.csv", "report.html", "summary.json", "trades.csv"]
    static let mayMount: Bool = {
        guard let folder = try? Workspace() else { return false }
        let script = "unshare -rm sh -c 'mount -t tmpfs -o size=64k tmpfs .'"
        return (try? CommandRun(shell: script, in: folder).code) == 0
    }()

    @Test(arguments: ["file", "file/deep/out", "/proc/trident/out"])
    func aFolderThatCannotBeIsFoundBeforeTheWork(_ out: String) throws {
        let folder = try Workspace()
        try folder.write("mine", to: "file")
        let before = try folder.contents()
        // Without the check in front this would run for minutes.
        try CommandRun(["backtest", "--set", "demo.days=3000", "--out", out], in: folder)
            .expectRefusal(saying: [out, "cannot be written", "choose another folder"])
        try CommandRun(["config", "init", out + "/x.yaml"], in: folder).expectRefusal(saying: ["cannot be written"])
        #expect(try folder.contents() == before)
    }

    /// Runs the program as somebody who may not write everywhere, as the superuser may.
    static let asNobody =
        "[ $(id -u) != 0 ] || set -- setpriv --reuid=65534 --regid=65534 --clear-groups \"$0\" \"$@\"; "
        + "[ $(id -u) = 0 ] || set -- \"$0\" \"$@\"; exec \"$@\""
    static let hasNobody: Bool = {
        guard let folder = try? Workspace() else { return false }
        return (try? CommandRun(shell: asNobody, ["--version"], in: folder).code) == 0
    }()

    @Test(.enabled(if: hasNobody, "needs a user who may not write everywhere, and setpriv to become one"))
    func aFolderWithoutPermissionIsFoundBeforeTheWork() throws {
        let folder = try Workspace()
        try FileManager.default.createDirectory(
            atPath: folder.path + "/locked", withIntermediateDirectories: true, attributes: [.posixPermissions: 0o555])
        for out in ["locked", "locked/deep/out"] {
            let arguments = ["backtest", "--set", "demo.days=3000", "--out", out]
            try CommandRun(shell: Self.asNobody, arguments, in: folder).expectRefusal(saying: [
                out, "Permission denied",
            ])
        }
        #expect(try folder.contents() == ["locked": Data()])
    }

    @Test func aGoodRunReplacesTheWholeOutput() throws {
        let folder = try Workspace()
        try folder.write("old", to: "out/summary.json")
        try folder.write("mine", to: "out/notes.txt")
        let run = try CommandRun(Self.backtest + ["--out", "out"], in: folder)
        #expect(run.code == 0 && run.stderr.isEmpty && !run.stdout.isEmpty)
        let after = try folder.contents()
        #expect(
            after.keys.sorted() == ["out"] + ["decisions.jsonl", "equity.csv", "notes.txt"].map { "out/" + $0 }
                + ["report.html", "summary.json", "trades.csv"].map { "out/" + $0 })
        #expect(after["out/notes.txt"] == Data("mine".utf8) && after["out/summary.json"] != Data("old".utf8))
    }

    /// A limit on the size of files stands in for the full disk where nothing can be mounted.
    @Test(arguments: [true, false], [[], ["--path", "all"]])
    func aFileThatDoesNotFitLeavesWhatWasThere(_ isNew: Bool, _ path: [String]) throws {
        let folder = try Workspace()
        if !isNew { for name in Self.files { try folder.write("earlier \(name)", to: "out/\(name)") } }
        let before = try folder.contents()
        let run = try CommandRun(
            shell: "ulimit -f 8; exec \"$0\" \"$@\"", Self.backtest + ["--out", "out"] + path, in: folder)
        run.expectRefusal(1, saying: ["out/", "cannot be written: File too large", "make room"])
        #expect(try folder.contents() == before)
    }

    @Test(.enabled(if: mayMount, "needs a file system of its own: unshare and mount"), arguments: [true, false])
    func aFullDiskLeavesWhatWasThere(_ isNew: Bool) throws {
        let folder = try Workspace()
        let script = """
            mkdir disk && mount -t tmpfs -o size=32k tmpfs disk && \(isNew ? ":" : "mkdir disk/out && echo earlier > disk/out/summary.json")
            "$0" "$@" --out disk/out >stdout 2>stderr
            echo "code $?"
            find disk -mindepth 1 | sort
            cat disk/out/summary.json 2>/dev/null
            """
        try folder.write(script, to: "script.sh")
        let run = try CommandRun(
            shell: "exec unshare -rm sh -c '. ./script.sh' \"$0\" \"$@\"", Self.backtest, in: folder)
        let left = isNew ? "" : "disk/out\ndisk/out/summary.json\nearlier\n"
        #expect(run.stdout == "code 1\n" + left)
        let after = try folder.contents()
        #expect(after["stdout"] == Data())
        let error = String(decoding: after["stderr"] ?? Data(), as: UTF8.self)
        #expect(error.hasPrefix("error: disk/out/") && error.hasSuffix("\n") && error.count { $0 == "\n" } == 1)
        #expect(error.contains("cannot be written: No space left on device; make room or choose another folder"))
    }

    @Test func aFolderInTheWayOfAFileLeavesWhatWasThere() throws {
        let folder = try Workspace()
        try folder.write("earlier", to: "out/summary.json")
        try folder.write("mine", to: "out/report.html/notes.txt")
        let before = try folder.contents()
        try CommandRun(Self.backtest + ["--out", "out"], in: folder)
            .expectRefusal(1, saying: ["out/report.html: cannot be written", "in the way"])
        #expect(try folder.contents() == before)
    }

    @Test func aResultThatNobodyCanTakeIsAFailure() throws {
        let folder = try Workspace()
        let full = try CommandRun(shell: "\"$0\" config schema > /dev/full", in: folder)
        full.expectRefusal(1, saying: ["the result cannot be written: No space left on device"])
        // A reader that has seen enough is no failure worth a word.
        let head = try CommandRun(shell: "\"$0\" config schema | head -n 1", in: folder)
        #expect(head.code == 0 && head.stderr.isEmpty && head.stdout.count { $0 == "\n" } == 1)
    }
}
