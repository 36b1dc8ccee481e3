//! The server as a process: started, used over HTTP, broken, stopped.

mod harness;
mod hostile;
mod refusals;
mod sign_in;
mod socket;
mod tablet;
mod upload;
