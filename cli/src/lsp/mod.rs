//! The language server: translates between an editor and core. Messages come in over standard input
//! and are answered in their order; findings are looked for when no message waits.

mod actions;
mod client;
mod edits;
mod handlers;
mod place;
mod repository;
mod server;
mod uri;
mod wire;
mod workspace;

use crate::error::Result;

/// Serves the editor on standard input and output until it ends the session; whether it said goodbye.
///
/// # Errors
/// When the editor can no longer be written to.
pub fn serve() -> Result<bool> {
    let incoming = wire::listen();
    let mut server = server::Server::new();
    loop {
        let message = match incoming.try_recv() {
            Ok(message) => message,
            Err(_) => {
                server.settle()?;
                let Ok(message) = incoming.recv() else { return Ok(server.said_goodbye()) };
                message
            }
        };
        if server.take(message)? == server::Next::End {
            return Ok(server.said_goodbye());
        }
    }
}
