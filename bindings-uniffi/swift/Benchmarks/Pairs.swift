/// Something to be measured. What it returns depends on all of its work.
typealias Contender = () throws -> Int

private let rounds = 21
private let warmUp = Duration.milliseconds(400)
private let slice = Duration.milliseconds(50)

/// How many times as fast one thing is as another, on a machine that changes its speed all the time: the median over rounds,
/// in each of which both are measured.
func speed(of ours: @escaping Contender, against peer: @escaping Contender) throws -> Double {
    let contenders = [ours, peer]
    let calls = try contenders.map(callsPerSlice)
    let ratios = try (0..<rounds).map { round in
        var spent = [0.0, 0.0]
        let (first, second) = round % 2 == 0 ? (0, 1) : (1, 0)
        // In this order, a machine that grows slower at an even pace does as much to the one as to the other.
        for which in [first, second, second, first] {
            spent[which] += try time(contenders[which], calls[which]) / Double(calls[which])
        }
        return spent[1] / spent[0]
    }
    return ratios.sorted()[rounds / 2]
}

private func callsPerSlice(_ contender: Contender) throws -> Int {
    let start = ContinuousClock.now
    var calls = 0
    while start.duration(to: .now) < warmUp {
        _ = try contender()
        calls += 1
    }
    return max(1, Int(Double(calls) * (slice / warmUp)))
}

private func time(_ contender: Contender, _ calls: Int) throws -> Double {
    let start = ContinuousClock.now
    for _ in 0..<calls {
        _ = try contender()
    }
    return start.duration(to: .now) / .seconds(1)
}
