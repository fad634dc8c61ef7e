//! `ec2sim` simulates what an EC2 instance does over its life, and what it costs.
pub mod catalog;
pub mod id;
pub mod lifecycle;
pub mod money;
pub mod place;
pub mod rule;
pub mod time;
