//! `--break FILE=KIND`: what goes wrong with downloads in real life, on request.

use std::collections::HashMap;

use super::files::FILES;

/// A misbehaviour of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// It says that there is no such file.
    NotFound,
    /// It closes the connection in the middle of the file.
    Cut,
    /// It sends other bytes than those that the checksum was made from.
    Checksum,
}

/// The faults of a run, by the name of the file.
pub type Faults = HashMap<String, Fault>;

/// Reads `FILE=KIND`, or says what is wrong with it.
pub fn parse(text: &str) -> Result<(String, Fault), String> {
    let (file, kind) = text
        .split_once('=')
        .ok_or("it has the form FILE=KIND, such as image.jpg=404")?;
    if !FILES.iter().any(|known| known.name == file) {
        let names = FILES.map(|known| known.name).join(", ");
        return Err(format!("there is no file {file:?}, only {names}"));
    }

    let fault = match kind {
        "404" => Fault::NotFound,
        "cut" => Fault::Cut,
        "checksum" => Fault::Checksum,
        _ => {
            return Err(format!(
                "there is no kind {kind:?}, only 404, cut and checksum"
            ));
        }
    };
    Ok((file.to_owned(), fault))
}

/// Checks an option of the command line before anything starts.
pub fn check(text: &str) -> Result<(), String> {
    parse(text).map(|_| ())
}
