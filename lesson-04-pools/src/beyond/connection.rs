//! The way to the server: an address, whatever the server wants to see, and a runtime.

use std::io;

use async_nats::jetstream::{self, Context};
use async_nats::{ConnectOptions, Error, Event, ServerAddr};
use tracing::info;

/// Runs a future on this thread. The connection to the server lives on another one, so that this
/// thread may work for as long as it likes.
pub fn block_on<T>(future: impl Future<Output = Result<T, Error>>) -> io::Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("connection")
        .enable_all()
        .build()?;
    runtime.block_on(future).map_err(io::Error::other)
}

/// Connects to the server at `url`, as `name`. From then on a lost connection is made again by
/// itself.
///
/// User and password, or a token, are taken from the URL (`nats://user:password@host`,
/// `nats://token@host`), or else from the environment, under the names that NATS's own command line
/// uses: `NATS_USER`, `NATS_PASSWORD`, `NATS_TOKEN`. `tls://host` asks for an encrypted connection;
/// `NATS_CA` is a file with the authority to trust instead of the system's, `NATS_CERT` and
/// `NATS_KEY` are files with a certificate of one's own.
pub async fn connect(url: &str, name: &str) -> Result<Context, Error> {
    let address: ServerAddr = url.parse()?;
    let mut options = ConnectOptions::new()
        .name(name)
        .event_callback(|event| async move {
            if !matches!(event, Event::Connected | Event::Closed) {
                info!("{event}");
            }
        });
    options = match credentials(&address) {
        (Some(user), Some(password)) => options.user_and_password(user, password),
        (Some(token), None) => options.token(token),
        _ => match given("NATS_TOKEN") {
            Some(token) => options.token(token),
            None => options,
        },
    };
    if let Some(authority) = given("NATS_CA") {
        options = options.add_root_certificates(authority.into());
    }
    if let Some((certificate, key)) = given("NATS_CERT").zip(given("NATS_KEY")) {
        options = options.add_client_certificate(certificate.into(), key.into());
    }

    let client = options
        .connect(address)
        .await
        // The URL may hold a password: the error is shown, the URL is not.
        .map_err(|error| format!("no connection to the NATS server: {error}"))?;
    Ok(jetstream::new(client))
}

/// Returns user and password of the URL, or else of the environment. A user alone is a token.
fn credentials(address: &ServerAddr) -> (Option<String>, Option<String>) {
    if address.has_user_pass() {
        let user = address.username().map(str::to_owned);
        let password = address.password().map(str::to_owned);
        return (user, password);
    }
    (given("NATS_USER"), given("NATS_PASSWORD"))
}

fn given(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
