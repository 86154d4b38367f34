import Foundation
import TestSupport
import Vectors

/// Runs the vector suite through the public API: `qince-leads-conformance [--vectors DIR]`.
let arguments = CommandLine.arguments.dropFirst()
let folder: URL
switch (arguments.first, arguments.count) {
case (nil, 0): folder = repository.appendingPathComponent("tests/vectors")
case ("--vectors", 2): folder = URL(fileURLWithPath: arguments.last!)
default:
    print("usage: qince-leads-conformance [--vectors DIR]")
    exit(2)
}
let runner = Runner { print($0) }
runner.run(folder: folder)
exit(runner.isGood ? 0 : 1)
