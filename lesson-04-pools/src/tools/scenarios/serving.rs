//! Serving clients that stay connected, in four ways. Here the jobs are not handed out by us: they arrive.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use anyhow::{Result, anyhow, bail};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt};
use tokio::runtime::Builder;

use super::approach::Approach;
use crate::executor::ThreadPool;

/// Bytes that are read at once. A question is a short line, and there is a buffer for each client.
const LINE: usize = 64;

/// What is answered to a line.
fn answer(question: &str) -> String {
    let number = question
        .trim()
        .parse::<u64>()
        .map_or(0, |number| number * number);
    format!("{number}\n")
}

/// One client, until it hangs up. The thread waits with it.
fn serve(mut client: &TcpStream, pause: Duration) -> io::Result<()> {
    let (mut questions, mut line) = (BufReader::with_capacity(LINE, client), String::new());
    while questions.read_line(&mut line)? > 0 {
        thread::sleep(pause);
        client.write_all(answer(&line).as_bytes())?;
        line.clear();
    }
    Ok(())
}

/// The same as a task. With `pool`, the answer comes from a function that blocks, on a thread of tokio's pool.
async fn serve_async(client: tokio::net::TcpStream, pause: Duration, pool: bool) -> io::Result<()> {
    let (questions, mut client) = client.into_split();
    let (mut questions, mut line) = (
        tokio::io::BufReader::with_capacity(LINE, questions),
        String::new(),
    );
    while questions.read_line(&mut line).await? > 0 {
        if pool {
            tokio::task::spawn_blocking(move || thread::sleep(pause)).await?;
        } else {
            tokio::time::sleep(pause).await;
        }
        client.write_all(answer(&line).as_bytes()).await?;
        line.clear();
    }
    Ok(())
}

/// Serves so many clients until the last one has gone.
///
/// # Errors
/// When a connection breaks, or there is no thread to be had.
pub fn serve_all(
    approach: Approach,
    listener: TcpListener,
    count: usize,
    pause: Duration,
) -> Result<()> {
    match approach {
        Approach::ThreadEach => {
            let start = |client: io::Result<_>| {
                let client = client?;
                thread::Builder::new().spawn(move || serve(&client, pause))
            };
            let threads = listener
                .incoming()
                .take(count)
                .map(start)
                .collect::<Result<Vec<_>, _>>()?;
            for thread in threads {
                thread.join().map_err(|_| anyhow!("a thread panicked"))??;
            }
        }
        Approach::ThreadPool => {
            // Whoever is connected keeps its worker: with fewer workers the others would wait for ever.
            let pool = ThreadPool::builder().workers(count).build()?;
            let submit = |client: io::Result<_>| pool.submit(move || serve(&client?, pause));
            let served = listener
                .incoming()
                .take(count)
                .map(submit)
                .collect::<Result<Vec<_>, _>>()?;
            for client in served {
                client.result()??;
            }
        }
        Approach::Async | Approach::AsyncWithPool => {
            listener.set_nonblocking(true)?;
            Builder::new_current_thread()
                .enable_all()
                .build()?
                .block_on(async {
                    let listener = tokio::net::TcpListener::from_std(listener)?;
                    let mut tasks = tokio::task::JoinSet::new();
                    for _ in 0..count {
                        let (client, _) = listener.accept().await?;
                        tasks.spawn(serve_async(
                            client,
                            pause,
                            approach == Approach::AsyncWithPool,
                        ));
                    }
                    while let Some(served) = tasks.join_next().await {
                        served??;
                    }
                    anyhow::Ok(())
                })?;
        }
        _ => bail!("nobody can be served like this"),
    }
    Ok(())
}
