//! The page that `check --orders` writes.

use std::path::Path;
use std::process::Command;

use serde_json::Value;

/// Returns the ends of a page of orders: what each is said to be, and its seed.
pub fn ends(page: &str) -> Vec<(String, String)> {
    let start = page.find("const data = ").expect("its data") + "const data = ".len();
    let data = &page[start..];
    let data = &data[..data.find(";\n").expect("the end of its data")];
    let data: Value = serde_json::from_str(data).expect("JSON");
    let states = data["states"].as_array().expect("its states");
    let end = |state: &Value| {
        let text = |key: &str| state[key].as_str().map(str::to_owned);
        Some((text("end")?, text("seed")?))
    };
    states.iter().filter_map(end).collect()
}

/// Does with a page of orders what a reader would, where `.ci/run` has named a browser.
pub fn open_in_browser(page: &Path, fault: &str) {
    let named = ["COURSE_PLAYWRIGHT", "COURSE_CHROMIUM"].map(std::env::var_os);
    let [Some(driver), Some(browser)] = named else {
        return;
    };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../common/tests/orders.mjs");
    let mut node = Command::new("node");
    node.arg(script).args([&driver, &browser]).arg(page);
    let ran = testing::run_command(node.arg(fault).arg(page.with_extension("")));
    assert_eq!(ran.code, Some(0), "{}{}", ran.stdout, ran.stderr);
}
