//! The search for orders against faults that nobody here wrote: the families CS and CHESS of `SCTBench` (Thomson, Donaldson
//! and Betts, "Concurrency Testing Using Controlled Schedulers", 2016), written anew.
//!
//! ```sh
//! cargo test -p interleave --test sctbench -- --nocapture
//! ```

mod chess;
mod cs;

use std::time::Instant;

use interleave::hunt;

/// No fault may take more orders.
const MOST: usize = 10_000;

const PROGRAMS: [(&str, fn()); 33] = [
    ("CS.account", cs::account),
    ("CS.arithmetic_prog", cs::arithmetic_prog),
    ("CS.bluetooth_driver", cs::bluetooth_driver),
    ("CS.carter01", cs::carter01),
    ("CS.circular_buffer", cs::circular_buffer),
    ("CS.deadlock01", cs::deadlock01),
    ("CS.din_phil2_sat", cs::din_phil2),
    ("CS.din_phil3_sat", cs::din_phil3),
    ("CS.din_phil4_sat", cs::din_phil4),
    ("CS.din_phil5_sat", cs::din_phil5),
    ("CS.din_phil6_sat", cs::din_phil6),
    ("CS.din_phil7_sat", cs::din_phil7),
    ("CS.fsbench", cs::fsbench),
    ("CS.lazy01", cs::lazy01),
    ("CS.phase01", cs::phase01),
    ("CS.queue", cs::queue),
    ("CS.reorder_3", cs::reorder_3),
    ("CS.reorder_4", cs::reorder_4),
    ("CS.reorder_5", cs::reorder_5),
    ("CS.reorder_10", cs::reorder_10),
    ("CS.reorder_20", cs::reorder_20),
    ("CS.stack", cs::stack),
    ("CS.sync01", cs::sync01),
    ("CS.sync02", cs::sync02),
    ("CS.token_ring", cs::token_ring),
    ("CS.twostage", cs::twostage_2),
    ("CS.twostage_20", cs::twostage_20),
    ("CS.wronglock_3", cs::wronglock_3),
    ("CS.wronglock", cs::wronglock_7),
    ("CHESS.WSQ", chess::wsq),
    ("CHESS.SWSQ", chess::swsq),
    ("CHESS.IWSQ", chess::iwsq),
    ("CHESS.IWSQWS", chess::iwsqws),
];

#[test]
fn each_fault_is_found() {
    // Every failing run says so, thousands of times.
    std::panic::set_hook(Box::new(|_| {}));
    let mut table = vec!["program                orders  interruptions  seconds  fault".to_owned()];
    let mut missed = Vec::new();
    for (name, program) in PROGRAMS {
        let start = Instant::now();
        let found = hunt(program);
        let took = start.elapsed().as_secs_f64();
        match found {
            Some(found) if found.orders <= MOST => table.push(format!(
                "{name:22} {:6} {:14} {took:8.2}  {}",
                found.orders, found.interruptions, found.kind
            )),
            found => {
                table.push(format!("{name:22} {:>6} {:>14} {took:8.2}", "-", "-"));
                missed.push((name, found));
            }
        }
    }
    let _ = std::panic::take_hook();

    println!("{}", table.join("\n"));
    assert!(missed.is_empty(), "not found in {MOST} orders: {missed:?}");
}
