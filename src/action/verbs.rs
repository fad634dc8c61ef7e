//! The verbs of the scenario language: which of them there are, what EC2 calls them, and what they take.
//!
//! The table of keys, the JSON Schema, the reader and the pages are made from this list.

use crate::record::StateReason;

/// Hands the list of verbs to a macro: `Variant "verb" "help" (how);`, in the order of the documentation.
///
/// How a verb is read: `plain TABLE constructor` for an action on instances with no more than [`Flags`], whose keys are
/// those of `TABLE`; `ends` before that where it may be the end of them; `own function { kind }` where the reader has a function
/// of its own for it, and the value is of that kind; `planned function { kind }` likewise for what isn't simulated yet.
macro_rules! each_verb {
    ($then:ident) => {
        $then! {
            Launch "launch" "RunInstances" (own launch { takes!(Name Instance, LAUNCH) });
            Start "start" "StartInstances" (plain START StartInstances::of);
            Stop "stop" "StopInstances" (plain STOP StopInstances::of);
            Hibernate "hibernate" "StopInstances with Hibernate" (plain HIBERNATE StopInstances::hibernate);
            Reboot "reboot" "RebootInstances" (plain REBOOT RebootInstances::of);
            Terminate "terminate" "TerminateInstances" (ends TERMINATE TerminateInstances::of);
            Shutdown "shutdown" "the operating system shuts itself down" (ends SIMPLE ShutDown::of);
            Modify "modify" "ModifyInstanceAttribute and its like" (own modify { Takes::Map(&MODIFY) });
            AllocateAddress "allocate-address" "AllocateAddress" (own allocate_addresses { takes!(NewName Address, ALLOCATE) });
            AssociateAddress "associate-address" "AssociateAddress" (own associate_one_address { Takes::Map(&ASSOCIATE) });
            DisassociateAddress "disassociate-address" "DisassociateAddress" (own disassociate_addresses { takes!(Name Address, DISASSOCIATE) });
            ReleaseAddress "release-address" "ReleaseAddress" (own release_addresses { takes!(Name Address, RELEASE) });
            CreateVolume "create-volume" "CreateVolume" (own create_one_volume { Takes::Map(&CREATE_VOLUME) });
            AttachVolume "attach-volume" "AttachVolume" (own attach_one_volume { Takes::Map(&ATTACH) });
            DetachVolume "detach-volume" "DetachVolume" (own detach_volumes { takes!(Name Volume, DETACH) });
            ModifyVolume "modify-volume" "ModifyVolume" (own modify_one_volume { Takes::Map(&MODIFY_VOLUME) });
            DeleteVolume "delete-volume" "DeleteVolume" (own delete_volumes { takes!(Name Volume, DELETE_VOLUME) });
            ReplaceRootVolume "replace-root-volume" "CreateReplaceRootVolumeTask" (own replace_root_volume { takes!(Name Instance, REPLACE_ROOT) });
            CreateSnapshot "create-snapshot" "CreateSnapshot" (own create_snapshot { Takes::Map(&SNAPSHOT) });
            DeleteSnapshot "delete-snapshot" "DeleteSnapshot" (own delete_snapshots { takes!(Name Snapshot, SNAPSHOT_NAME) });
            ArchiveSnapshot "archive-snapshot" "ModifySnapshotTier" (own archive_snapshots { takes!(Name Snapshot, SNAPSHOT_NAME) });
            RestoreSnapshot "restore-snapshot" "RestoreSnapshotTier" (own restore_snapshots { takes!(Name Snapshot, RESTORE) });
            EnableFastRestore "enable-fast-restore" "`EnableFastSnapshotRestores`" (own enable_fast_restore { Takes::Map(&FAST_RESTORE) });
            DisableFastRestore "disable-fast-restore" "`DisableFastSnapshotRestores`" (own disable_fast_restores { takes!(Name Snapshot, SLOW_RESTORE) });
            CreateImage "create-image" "CreateImage" (own create_image { Takes::Map(&IMAGE_OF) });
            DeregisterImage "deregister-image" "DeregisterImage" (own deregister_images { takes!(Name Image, DEREGISTER) });
            AttachInterface "attach-interface" "AttachNetworkInterface" (own attach_interface { Takes::Map(&ATTACH_INTERFACE) });
            DetachInterface "detach-interface" "DetachNetworkInterface" (own detach_interfaces { takes!(Name Interface, DETACH_INTERFACE) });
            Transfer "transfer" "data that the instance sends" (own transfer { Takes::Map(&TRANSFER) });
            Cpu "cpu" "utilisation from now on" (own cpu { Takes::Map(&CPU) });
            ReadIo "read-io" "requests that a magnetic volume is asked" (own read_io { Takes::Map(&READ_IO) });
            Interrupt "interrupt" "EC2 takes the Spot Instance back" (own interrupt_spot { takes!(Name Instance, INTERRUPT) });
            Rebalance "rebalance" "EC2 recommends replacing the Spot Instance" (own recommend_rebalance { takes!(Name Instance, SIMPLE) });
            CancelSpotRequest "cancel-spot-request" "cancels the Spot request of the instance" (own cancel_spot_request { takes!(Name Instance, CANCEL_SPOT_REQUEST) });
            SpotPrice "spot-price" "what the Spot price is from now on" (own spot_price { Takes::Map(&SPOT_PRICE) });
            Hang "hang" "the operating system ignores the power button" (plain SIMPLE DisturbOs::hang);
            Halt "halt" "`halt` inside the operating system" (plain SIMPLE DisturbOs::halt);
            RebootInside "reboot-inside" "a restart command inside the operating system" (plain SIMPLE RebootInside::of);
            Fail "fail" "the host fails" (own fail_host { takes!(Name Instance, FAIL) });
            Impair "impair" "a status check fails" (own impair { takes!(Name Instance, IMPAIR) });
            Recover "recover" "AWS's repair, or the recover action of an alarm" (plain SIMPLE RecoverInstances::of);
            Retire "retire" "the host is scheduled for retirement" (own retire { takes!(Name Instance, SIMPLE) });
            ScheduleEvent "schedule-event" "EC2 schedules an event" (own schedule_event { Takes::Map(&SCHEDULE) });
            RescheduleEvent "reschedule-event" "`ModifyInstanceEventStartTime`" (own reschedule_event { Takes::Map(&RESCHEDULE) });
            AllocateHost "allocate-host" "AllocateHosts" (own allocate_host { Takes::Map(&ALLOCATE_HOST) });
            ReleaseHost "release-host" "ReleaseHosts" (own release_host { takes!(Name Host, RELEASE_HOST) });
            CreateCapacityReservation "create-capacity-reservation" "CreateCapacityReservation" (own create_reservation { Takes::Map(&CREATE_RESERVATION) });
            CancelCapacityReservation "cancel-capacity-reservation" "CancelCapacityReservation" (own cancel_reservation { takes!(Name Reservation, CANCEL_RESERVATION) });
            Capacity "capacity" "what EC2 has available in a zone from now on" (own set_capacity { Takes::Map(&CAPACITY) });
            Invoke "invoke" "`Invoke`" (own invoke { takes!(Name Function, INVOKE) });
            Load "load" "requests at a rate, evenly spaced" (own load { Takes::Map(&LOAD) });
            UpdateFunction "update-function" "`UpdateFunctionCode`, `UpdateFunctionConfiguration`" (own update_function { takes!(Name Function, UPDATE_FUNCTION) });
            Provision "provision" "`PutProvisionedConcurrencyConfig`" (own provision { Takes::Map(&PROVISION) });
            Unprovision "unprovision" "`DeleteProvisionedConcurrencyConfig`" (own unprovision { takes!(Name Function, UNPROVISION) });
            CreateService "create-service" "`CreateService`" (own create_service { takes!(Name Service, OF_SERVICE) });
            DeleteService "delete-service" "`DeleteService`" (own delete_service { takes!(Name Service, OF_SERVICE) });
            RunTask "run-task" "`RunTask`: tasks outside of a service" (own run_task { takes!(Name Service, RUN_TASK) });
            StopTask "stop-task" "`StopTask`" (own stop_task { takes!(Name Task, OF_TASK) });
            Scale "scale" "`UpdateService` with a desired count" (own scale { Takes::Map(&SCALE) });
            Deploy "deploy" "`UpdateService` with new tasks" (own deploy { takes!(Name Service, DEPLOY) });
            Exit "exit" "an essential container ends by itself" (own exit_task { takes!(Name Task, EXIT) });
        }
    };
}

pub(crate) use each_verb;

macro_rules! verbs {
    (@is planned $($how:tt)*) => { false };
    (@is $($how:tt)*) => { true };
    ( $( $Verb:ident $name:literal $help:literal ( $($how:tt)* ); )+ ) => {
        /// A verb of the scenario language.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Verb { $( #[doc = $help] $Verb, )+ }

        impl Verb {
            /// All of them, in the order of the documentation.
            pub const ALL: &[Self] = &[ $( Self::$Verb, )+ ];

            /// The word.
            pub const fn name(self) -> &'static str {
                match self { $( Self::$Verb => $name, )+ }
            }

            /// What EC2 calls it, or what it does.
            pub const fn help(self) -> &'static str {
                match self { $( Self::$Verb => $help, )+ }
            }

            /// Whether it is carried out, and not only read.
            pub const fn is_simulated(self) -> bool {
                match self { $( Self::$Verb => verbs!(@is $($how)*), )+ }
            }
        }
    };
}

each_verb!(verbs);

/// The options that many actions have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Flags {
    /// `Force`.
    pub force: bool,
    /// `SkipOsShutdown`.
    pub skip_os_shutdown: bool,
    /// It is accepted, and fails later.
    pub fails_later: Option<StateReason>,
}
