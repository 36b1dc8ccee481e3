//! The server as a process: started, used over HTTP, broken, stopped.

mod harness;
mod refusals;
mod sign_in;
