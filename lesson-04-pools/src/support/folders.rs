//! Folders in folders, each with a file in it.

use std::path::Path;
use std::{fs, io};

/// Makes a folder with three folders in it, and so on for `levels` levels; and a file of 1000 bytes
/// in each. Three levels are 13 folders.
pub fn plant(root: &Path, levels: u32) -> io::Result<()> {
    fs::create_dir_all(root)?;
    fs::write(root.join("file"), [7; 1000])?;

    let inside = if levels > 1 { 3 } else { 0 };
    (0..inside).try_for_each(|number| plant(&root.join(number.to_string()), levels - 1))
}
