//! Clerks: events in, errands out. A clerk decides purely; what it needs of the world it asks
//! through a port, and what comes of it goes back to the till as a command.

pub mod ports;
