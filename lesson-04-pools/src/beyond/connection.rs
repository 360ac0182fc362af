//! How one comes to the server: an address, and whatever it wants to see before it lets us in.

use async_nats::jetstream::{self, Context};
use async_nats::{ConnectOptions, Error, Event, ServerAddr};
use tracing::info;

/// Connects to the server at `url`, as `name`. From then on a lost connection is made again by itself.
///
/// User and password, or a token, are taken from the URL (`nats://user:password@host`, `nats://token@host`), or else
/// from the environment, under the names that NATS's own command line uses: `NATS_USER`, `NATS_PASSWORD`, `NATS_TOKEN`.
/// `tls://host` asks for an encrypted connection; `NATS_CA` is a file with the authority to trust instead of the
/// system's, `NATS_CERT` and `NATS_KEY` are files with a certificate of one's own.
///
/// # Errors
/// When nobody answers there, or does not let us in.
pub async fn connect(url: &str, name: &str) -> Result<Context, Error> {
    let address: ServerAddr = url.parse()?;
    let given = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let (user, password) = if address.has_user_pass() {
        (
            address.username().map(str::to_owned),
            address.password().map(str::to_owned),
        )
    } else {
        (given("NATS_USER"), given("NATS_PASSWORD"))
    };
    let mut options = ConnectOptions::new()
        .name(name)
        .event_callback(|event| async move {
            if !matches!(event, Event::Connected | Event::Closed) {
                info!("{event}");
            }
        });
    match (user, password) {
        (Some(user), Some(password)) => options = options.user_and_password(user, password),
        (Some(token), None) => options = options.token(token),
        _ => {
            if let Some(token) = given("NATS_TOKEN") {
                options = options.token(token);
            }
        }
    }
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
