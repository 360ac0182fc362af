//! Results that may have thousands of digits, in a log line.

/// Returns the number, or as much of it as a log line has room for; or the error.
pub fn shortened(result: &Result<String, String>) -> String {
    match result {
        Ok(number) if number.len() > 20 => {
            format!("{}... ({} digits)", &number[..20], number.len())
        }
        Ok(text) | Err(text) => text.clone(),
    }
}
