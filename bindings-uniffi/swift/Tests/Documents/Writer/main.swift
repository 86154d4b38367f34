import Rendering

/// Writes the file that compiles the blocks of the README.
try Readme(file: "README.md").rendered.write(to: Readme.file, atomically: true, encoding: .utf8)
