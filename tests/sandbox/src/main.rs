//! The sandbox as a program: see `qince_sandbox::server`.

fn main() -> anyhow::Result<()> {
    qince_sandbox::server::main()
}
