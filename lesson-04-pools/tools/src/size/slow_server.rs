//! A server that takes its time for each answer: what a job waits for.

use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use lesson_04_pools::support::background::Background;

/// Starts a server that takes `delay` for each answer, however many clients ask meanwhile.
pub fn start(delay: Duration) -> io::Result<Background> {
    Background::start(move |connection| answer(connection, delay))
}

async fn answer(mut connection: tokio::net::TcpStream, delay: Duration) -> io::Result<()> {
    let mut number = [0; 4];
    connection.read_exact(&mut number).await?;
    tokio::time::sleep(delay).await;

    let doubled = u32::from_be_bytes(number).wrapping_mul(2);
    connection.write_all(&doubled.to_be_bytes()).await
}

/// Asks for the double of a number. The thread waits for the answer.
pub fn ask(server: SocketAddr, number: u32) -> io::Result<u32> {
    let mut connection = TcpStream::connect(server)?;
    connection.set_nodelay(true)?;
    connection.write_all(&number.to_be_bytes())?;

    let mut answer = [0; 4];
    connection.read_exact(&mut answer)?;
    Ok(u32::from_be_bytes(answer))
}
