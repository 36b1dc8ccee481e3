//! The only place in `xtask` that prints.
//!
//! Progress goes to standard error, so that what a command answers with (a figure, a last line) stands alone on
//! standard output.

/// Says what happens next, or why.
#[expect(clippy::print_stderr, reason = "a command line tool speaks to the terminal")]
pub(crate) fn progress(sentence: &str) {
    eprintln!("{sentence}");
}

/// Prints a line of the command's answer.
#[expect(clippy::print_stdout, reason = "a command line tool answers on standard output")]
pub(crate) fn answer(line: &str) {
    println!("{line}");
}
