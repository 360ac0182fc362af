//! `download`: files from a server that takes its time to answer and sends slowly. All of it is
//! waiting.

use std::time::Duration;

use anyhow::{Result, ensure};
use common::Pace;
use http_body_util::{BodyExt, Empty};
use hyper::Request;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::HOST;
use hyper_util::rt::TokioIo;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::net::TcpStream;
use ureq::Agent;

use super::approach::{ALL, Job};
use super::file_server::{self, SECONDS};
use super::notebook::DOWNLOADING_FILES;
use super::workload::{Ideal, Workload};
use lesson_04_pools::executor::Task;
use lesson_04_pools::support::files::hex;

/// One file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Download {
    /// Host and port.
    host: String,
    name: String,
    /// The checksum that it has to have.
    sha256: String,
}

impl Download {
    fn check(&self, content: &[u8]) -> Result<(usize, String)> {
        let sha256 = hex(&Sha256::digest(content));
        ensure!(sha256 == self.sha256, "a wrong checksum");
        Ok((content.len(), sha256))
    }

    fn blocking(&self) -> Result<(usize, String)> {
        let patience = Some(Duration::from_mins(1));
        let agent: Agent = Agent::config_builder()
            .proxy(None)
            .timeout_global(patience)
            .build()
            .into();
        let url = format!("http://{}/{}", self.host, self.name);
        self.check(&agent.get(url).call()?.body_mut().read_to_vec()?)
    }

    async fn with_tokio(&self) -> Result<(usize, String)> {
        let stream = TcpStream::connect(&self.host).await?;
        let (mut sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        let connection = tokio::spawn(connection);

        let request = Request::get(format!("/{}", self.name)).header(HOST, &self.host);
        let response = sender
            .send_request(request.body(Empty::<Bytes>::new())?)
            .await?;
        let content = response.into_body().collect().await?.to_bytes();

        connection.abort();
        self.check(&content)
    }
}

impl Task for Download {
    type Output = Result<(usize, String), String>;

    fn run(self) -> Self::Output {
        self.blocking()
            .map_err(|error| format!("{}: {error}", self.name))
    }
}

impl Job for Download {
    const NAME: &'static str = "download";

    async fn run_async(self) -> Self::Output {
        self.with_tokio()
            .await
            .map_err(|error| format!("{}: {error}", self.name))
    }
}

/// Starts a server, with `jobs` files to get from it.
pub fn workload(jobs: usize, pace: Pace) -> Result<Workload<Vec<Download>>> {
    let server = file_server::start(pace)?;
    let download = |number: usize| {
        let name = format!("file-{number}");
        let sha256 = hex(&Sha256::digest(file_server::content(&name)));
        Download {
            host: server.host(),
            name,
            sha256,
        }
    };
    let wait = pace.seconds(SECONDS);

    Ok(Workload {
        name: "download".to_owned(),
        about: format!(
            "{jobs} files from a server, {:.0} ms each",
            wait.as_secs_f64() * 1e3
        ),
        approaches: ALL.to_vec(),
        left_out: Vec::new(),
        work: (0..jobs).map(download).collect(),
        jobs,
        wait: Some(wait),
        ideal: Ideal::Seconds(wait.as_secs_f64()),
        notebook: DOWNLOADING_FILES,
        keep: Some(Box::new(server)),
    })
}
