//! `ec2sim` simulates what an EC2 instance does over its life, and what it costs.
pub mod action;
pub mod billing;
pub mod catalog;
pub mod engine;
pub mod id;
pub mod lifecycle;
pub mod money;
pub mod network;
pub mod place;
pub mod record;
pub mod rule;
pub mod script;
pub mod storage;
pub mod time;
pub mod world;
