//! fails: wrong result
//!
//! One large `read` is not all there is: it gives what is in the pipe at that moment.

use std::io::{self, Read};
use std::process::{Command, ExitStatus, Stdio};

pub fn both_outputs(command: &mut Command) -> io::Result<(Vec<u8>, Vec<u8>, ExitStatus)> {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let (mut output, mut complaint) = (vec![0; 4 << 20], vec![0; 4 << 20]);
    let read = child
        .stdout
        .take()
        .expect("it was asked to be piped")
        .read(&mut output)?;
    output.truncate(read);
    let read = child
        .stderr
        .take()
        .expect("it was asked to be piped")
        .read(&mut complaint)?;
    complaint.truncate(read);
    Ok((output, complaint, child.wait()?))
}
