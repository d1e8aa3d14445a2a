//! Object stores over real HTTP on the loopback interface.
