//! Serving clients that stay connected, in four ways. Here the jobs are not handed out by us: they
//! arrive.

use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::Duration;

use anyhow::{Result, anyhow, bail};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt};
use tokio::runtime::Builder;

use super::approach::Approach;
use lesson_04_pools::executor::ThreadPool;

/// Bytes that are read at once. A question is a short line, and there is a buffer for each client.
const LINE: usize = 64;

/// Answers a line.
fn answer(question: &str) -> String {
    let number = question
        .trim()
        .parse::<u64>()
        .map_or(0, |number| number * number);
    format!("{number}\n")
}

/// Serves one client until it hangs up. The thread waits with it.
fn serve(mut client: &TcpStream, pause: Duration) -> io::Result<()> {
    let mut questions = BufReader::with_capacity(LINE, client);
    let mut line = String::new();
    while questions.read_line(&mut line)? > 0 {
        thread::sleep(pause);
        client.write_all(answer(&line).as_bytes())?;
        line.clear();
    }
    Ok(())
}

/// Does the same as a task. With `pool`, the answer comes from a function that blocks, on a thread
/// of tokio's pool.
async fn serve_async(client: tokio::net::TcpStream, pause: Duration, pool: bool) -> io::Result<()> {
    let (questions, mut client) = client.into_split();
    let mut questions = tokio::io::BufReader::with_capacity(LINE, questions);
    let mut line = String::new();
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

/// Serves `count` clients until the last one has gone.
pub fn serve_all(
    approach: Approach,
    listener: TcpListener,
    count: usize,
    pause: Duration,
) -> Result<()> {
    match approach {
        Approach::ThreadEach => a_thread_each(&listener, count, pause),
        Approach::ThreadPool => on_a_pool(&listener, count, pause),
        Approach::Async => as_tasks(listener, count, pause, false),
        Approach::AsyncWithPool => as_tasks(listener, count, pause, true),
        _ => bail!("clients that stay cannot be served like this"),
    }
}

fn a_thread_each(listener: &TcpListener, count: usize, pause: Duration) -> Result<()> {
    let mut threads = Vec::new();
    for client in listener.incoming().take(count) {
        let client = client?;
        threads.push(thread::Builder::new().spawn(move || serve(&client, pause))?);
    }

    for thread in threads {
        thread.join().map_err(|_| anyhow!("a thread panicked"))??;
    }
    Ok(())
}

fn on_a_pool(listener: &TcpListener, count: usize, pause: Duration) -> Result<()> {
    // A client keeps its worker: with fewer workers the others would wait for ever.
    let pool = ThreadPool::builder().workers(count).build()?;
    let mut served = Vec::new();
    for client in listener.incoming().take(count) {
        served.push(pool.submit(move || serve(&client?, pause))?);
    }

    for client in served {
        client.result()??;
    }
    Ok(())
}

fn as_tasks(listener: TcpListener, count: usize, pause: Duration, pool: bool) -> Result<()> {
    listener.set_nonblocking(true)?;
    let runtime = Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::from_std(listener)?;
        let mut tasks = tokio::task::JoinSet::new();
        for _ in 0..count {
            let (client, _) = listener.accept().await?;
            tasks.spawn(serve_async(client, pause, pool));
        }

        while let Some(served) = tasks.join_next().await {
            served??;
        }
        Ok(())
    })
}
