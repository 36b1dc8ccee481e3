mod answers;
mod kit;
mod review;
