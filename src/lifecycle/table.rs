//! The lifecycle table: the one place that says what an instance may do (lifecycle rulebook, sections 1.1 and 2.1).
//!
//! Every pair of a phase and a trigger stands here exactly once. A pair that is missing, or that stands here twice, does
//! not compile. Guards of a trigger come before its phase is looked at, guards of a row after (`REQ-CHECK-ORDER`).

use super::{Flavor, Guard, InstanceState, Lifecycle, Policy, Refusal};

lifecycle! {
    owner Lifecycle, state InstanceState, flavor Flavor, policy Policy, guard Guard, refusal Refusal;
    phases {
        /// `pending` after a launch.
        Launching    = Pending               { metered: false, idle: false, hosted: true };
        /// `pending` after a start.
        Starting     = Pending               { metered: false, idle: false, hosted: true };
        /// `pending` after the start of a hibernated instance.
        Resuming     = Pending(Resuming)     { metered: false, idle: false, hosted: true };
        /// Up and billed.
        Running      = Running               { metered: true,  idle: false, hosted: true };
        /// On the way to `stopped`.
        Stopping     = Stopping              { metered: false, idle: false, hosted: false };
        /// On the way to `hibernated`, billed.
        Hibernating  = Stopping(Hibernating) { metered: true,  idle: false, hosted: false };
        /// At rest, memory lost, for as long as one likes (`STATE-STOPPED-FOR-EVER`).
        Stopped      = Stopped               { metered: false, idle: true,  hosted: false };
        /// At rest, memory on the root volume.
        Hibernated   = Hibernated            { metered: false, idle: true,  hosted: false };
        /// On the way to `terminated`.
        ShuttingDown = ShuttingDown          { metered: false, idle: false, hosted: false };
        /// Gone for good (`STATE-TERMINATED-FINAL`).
        Terminated   = Terminated            { metered: false, idle: true,  hosted: false };
    }
    triggers {
        /// StartInstances.
        StartInstances     = "StartInstances" kind StartableRoot;
        /// StopInstances.
        StopInstances      = "StopInstances" kind StoppableRoot & StoppableSpot protection StopAllowed;
        /// StopInstances with `SkipOsShutdown`.
        StopSkipOsShutdown = "StopInstances" kind StoppableRoot & StoppableSpot protection StopAllowed;
        /// StopInstances with `Force`.
        ForceStop          = "StopInstances" kind StoppableRoot & StoppableSpot protection StopAllowed;
        /// StopInstances with `Hibernate`.
        Hibernate          = "StopInstances" kind StoppableRoot & StoppableSpot & ConfiguredForHibernation protection StopAllowed;
        /// RebootInstances. No protection stands against it (`PROT-REBOOT`).
        RebootInstances    = "RebootInstances";
        /// TerminateInstances.
        TerminateInstances = "TerminateInstances" protection TerminationAllowed;
        /// TerminateInstances with `SkipOsShutdown` or `Force`.
        TerminateForced    = "TerminateInstances" protection TerminationAllowed;
        /// The operating system shuts down, and the instance is to stop. No protection holds it off (`PROT-STOP-NOT`).
        OsShutdownStop     = "OS shutdown";
        /// The operating system shuts down, and the instance is to terminate. No protection holds it off (`PROT-TERM-NOT`).
        OsShutdownTerminate = "OS shutdown";
        /// EC2 takes a Spot Instance back, for good.
        SpotTerminate      = "Spot interruption";
        /// EC2 takes a Spot Instance back by stopping it.
        SpotStop           = "Spot interruption";
        /// EC2 takes a Spot Instance back by hibernating it.
        SpotHibernate      = "Spot interruption";
        /// EC2 starts again what it has interrupted.
        SpotRestart        = "Spot restart";
        /// EC2 would start again what has lost its root meanwhile.
        SpotRestartFailed  = "Spot restart";
        /// The Spot request of a stopped instance was cancelled.
        SpotCancelled      = "Spot request cancelled";
        /// A restart command inside the operating system. No protection stands against it.
        OsReboot           = "OS reboot";
        /// The operating system hangs: it no longer listens to the power button.
        OsHang             = "OS hang";
        /// `halt` inside the operating system.
        OsHalt             = "OS halt";
        /// A status check fails, and not because of the host.
        CheckFailed        = "status check failed";
        /// The instance sends data.
        Transfer           = "transfer";
        /// The instance uses more of its CPUs, or less.
        SetCpu             = "cpu";
        /// The host fails.
        HostFailure        = "host failure";
        /// EC2 moves it to another host, by itself or for an alarm.
        Recovery           = "recovery";
        /// EC2 tells of something that it is going to do.
        ScheduleEvent      = "scheduled event";
        /// A scheduled stop, or the retirement of an EBS-backed instance. No protection holds it off (`EVENT-UNPROTECTED`).
        ScheduledStop      = "scheduled event";
        /// The retirement of an instance-store-backed instance. No protection holds it off (`EVENT-UNPROTECTED`).
        ScheduledTermination = "scheduled event";
        /// A scheduled reboot.
        ScheduledReboot    = "scheduled event";
        /// The machine is ready.
        BootCompleted      = "boot completed";
        /// Memory is read back.
        ResumeCompleted    = "resume completed";
        /// A launch that was accepted fails.
        LaunchFailed       = "launch failed";
        /// A start that was accepted fails.
        StartFailed        = "start failed";
        /// The machine is down.
        StopCompleted      = "stop completed";
        /// Memory is written, and the machine is down.
        HibernationCompleted = "hibernation completed";
        /// The machine is down, but memory could not be written.
        HibernationFailed  = "hibernation failed";
        /// Nothing is left to run.
        ShutdownCompleted  = "shutdown completed";
        /// ModifyInstanceAttribute of `instanceType`, `userData` and the like.
        ModifyWhileStopped = "ModifyInstanceAttribute";
        /// ModifyInstanceAttribute of protection and shutdown behaviour.
        ModifyProtection   = "ModifyInstanceAttribute";
        /// ModifyInstanceAttribute of `sourceDestCheck`, `groupSet`, `blockDeviceMapping`.
        ModifyAttachments  = "ModifyInstanceAttribute";
        /// ModifyInstanceCreditSpecification.
        ModifyCredits      = "ModifyInstanceCreditSpecification";
        /// `ModifyInstancePlacement`: group, partition, tenancy, host, affinity.
        ModifyPlacement    = "ModifyInstancePlacement";
        /// `ModifyInstanceMaintenanceOptions`.
        ModifyMaintenance  = "ModifyInstanceMaintenanceOptions";
        /// Whether it has detailed monitoring.
        ModifyMonitoring   = "MonitorInstances";
        /// AttachVolume.
        AttachVolume       = "AttachVolume";
        /// DetachVolume of a data volume.
        DetachVolume       = "DetachVolume";
        /// DetachVolume of the root volume.
        DetachRootVolume   = "DetachVolume";
        /// AssociateAddress by instance id.
        AssociateAddress   = "AssociateAddress";
        /// DisassociateAddress.
        DisassociateAddress = "DisassociateAddress";
    }
    rows {
        Launching    -- BootCompleted        --> Running      : "the host has booted it", [LIFE_RUN, BILL_METER_START];
        Launching    -- LaunchFailed         --> Terminated   : "the launch failed after it was accepted", [LIFE_RUN_ASYNC_FAIL, BILL_LAUNCH_FAILED];
        Launching    -- ForceStop            --> Stopping     : "a forced stop is accepted in the first pending too", [LIFE_FORCE_STATES, BILL_PENDING];
        Launching    -- TerminateInstances   --> ShuttingDown : "asked to terminate", [LIFE_TERM, BILL_PENDING];
        Launching    -- TerminateForced      --> ShuttingDown : "asked to terminate", [LIFE_TERM, LIFE_TERM_SKIP, BILL_PENDING];
        Starting     -- BootCompleted        --> Running      : "the new host has booted it", [LIFE_START, BILL_METER_START, BILL_MIN_PER_START];
        Starting     -- StartFailed          --> Stopped      : "the start failed after it was accepted", [LIFE_START_ASYNC_FAIL];
        Starting     -- StopInstances        --> Stopping     : "asked to stop", [LIFE_STOP_PENDING, BILL_PENDING];
        Starting     -- StopSkipOsShutdown   --> Stopping     : "asked to stop", [LIFE_STOP_PENDING, LIFE_SKIP, BILL_PENDING];
        Starting     -- ForceStop            --> Stopping     : "asked to stop", [LIFE_FORCE_STATES, BILL_PENDING];
        Starting     -- TerminateInstances   --> ShuttingDown : "asked to terminate", [LIFE_TERM, BILL_PENDING];
        Starting     -- TerminateForced      --> ShuttingDown : "asked to terminate", [LIFE_TERM, LIFE_TERM_SKIP, BILL_PENDING];
        Resuming     -- ResumeCompleted      --> Running      : "memory is read back on a new host", [LIFE_START_RESUME, BILL_METER_START, BILL_MIN_PER_START];
        Resuming     -- StartFailed          --> Hibernated   : "the start failed after it was accepted", [LIFE_START_ASYNC_FAIL];
        Resuming     -- StopInstances        --> Stopping     : "asked to stop: the memory image is used up", [LIFE_STOP_PENDING, HIB_IMAGE_ONCE, BILL_PENDING];
        Resuming     -- StopSkipOsShutdown   --> Stopping     : "asked to stop: the memory image is used up", [LIFE_STOP_PENDING, HIB_IMAGE_ONCE, LIFE_SKIP, BILL_PENDING];
        Resuming     -- ForceStop            --> Stopping     : "asked to stop: the memory image is used up", [LIFE_FORCE_STATES, HIB_IMAGE_ONCE, BILL_PENDING];
        Resuming     -- TerminateInstances   --> ShuttingDown : "asked to terminate", [LIFE_TERM, BILL_PENDING];
        Resuming     -- TerminateForced      --> ShuttingDown : "asked to terminate", [LIFE_TERM, LIFE_TERM_SKIP, BILL_PENDING];
        Running      -- StopInstances        --> Stopping     : "asked to stop", [LIFE_STOP, BILL_STOPPING];
        Running      -- StopSkipOsShutdown   --> Stopping     : "asked to stop without a shutdown of the OS", [LIFE_STOP, LIFE_SKIP, BILL_STOPPING];
        Running      -- ForceStop            --> Stopping     : "asked to stop, by force if need be", [LIFE_STOP, LIFE_FORCE, BILL_STOPPING];
        Running      -- Hibernate            --> Hibernating if ReadyToHibernate : "asked to hibernate", [LIFE_HIB, BILL_HIBERNATE_STOPPING];
        Running      -- TerminateInstances   --> ShuttingDown : "asked to terminate", [LIFE_TERM, BILL_SHUTTING_DOWN];
        Running      -- TerminateForced      --> ShuttingDown : "asked to terminate", [LIFE_TERM, LIFE_TERM_SKIP, BILL_SHUTTING_DOWN];
        Running      -- OsShutdownStop       --> Stopping     : "shut down from inside", [LIFE_OSDOWN_STOP, LIFE_OSDOWN_UNPROTECTED, BILL_OS_SHUTDOWN];
        Running      -- OsShutdownTerminate  --> ShuttingDown : "shut down from inside", [LIFE_OSDOWN_TERMINATE, LIFE_OSDOWN_UNPROTECTED, BILL_OS_SHUTDOWN];
        Launching    -- SpotTerminate        --> ShuttingDown : "EC2 takes it back", [SPOT_INT_TERMINATE, BILL_PENDING];
        Starting     -- SpotTerminate        --> ShuttingDown : "EC2 takes it back", [SPOT_INT_TERMINATE, BILL_PENDING];
        Resuming     -- SpotTerminate        --> ShuttingDown : "EC2 takes it back", [SPOT_INT_TERMINATE, BILL_PENDING];
        Running      -- SpotTerminate        --> ShuttingDown : "EC2 takes it back", [SPOT_INT_TERMINATE, REASON_SPOT_TERM, BILL_SHUTTING_DOWN];
        Running      -- SpotStop             --> Stopping     : "EC2 takes it back", [SPOT_INT_STOP, REASON_SPOT_STOP, BILL_STOPPING];
        Running      -- SpotHibernate        --> Hibernating  : "EC2 takes it back", [SPOT_INT_HIBERNATE, REASON_SPOT_STOP, BILL_HIBERNATE_STOPPING];
        Running      -- ScheduledStop        --> Stopping     : "stopped as it was scheduled", [EVENT_STOP, EVENT_RETIRE, EVENT_UNPROTECTED, REASON_SCHEDULED, BILL_STOPPING];
        Running      -- ScheduledTermination --> ShuttingDown : "terminated as it was scheduled", [EVENT_RETIRE, EVENT_UNPROTECTED, REASON_RETIRED, BILL_SHUTTING_DOWN];
        Stopping     -- StopCompleted        --> Stopped      : "the machine is down", [LIFE_STOP, BILL_STOPPED];
        Stopping     -- TerminateInstances   --> ShuttingDown : "asked to terminate", [LIFE_TERM_FROM_STOPPING];
        Stopping     -- TerminateForced      --> ShuttingDown : "asked to terminate", [LIFE_TERM_FROM_STOPPING, LIFE_TERM_SKIP];
        Hibernating  -- HibernationCompleted --> Hibernated   : "memory is on the root volume", [LIFE_HIB, STATE_HIBERNATED_TYPED, BILL_STOPPED];
        Hibernating  -- HibernationFailed    --> Stopped      : "memory could not be written", [HIB_FALLBACK, STATE_HIBERNATED_REASON, BILL_HIBERNATE_FALLBACK];
        Hibernating  -- TerminateInstances   --> ShuttingDown : "asked to terminate: the memory image is abandoned", [LIFE_TERM_FROM_STOPPING];
        Hibernating  -- TerminateForced      --> ShuttingDown : "asked to terminate: the memory image is abandoned", [LIFE_TERM_FROM_STOPPING, LIFE_TERM_SKIP];
        Stopped      -- StartInstances       --> Starting if RootAttached & StartableSpot : "asked to start", [LIFE_START, BILL_PENDING];
        Stopped      -- TerminateInstances   --> Terminated   : "asked to terminate while at rest", [LIFE_TERM_FROM_STOPPED, BILL_TERMINATED];
        Stopped      -- TerminateForced      --> Terminated   : "asked to terminate while at rest", [LIFE_TERM_FROM_STOPPED, BILL_TERMINATED];
        Hibernated   -- StartInstances       --> Resuming if RootAttached & StartableSpot : "asked to start", [LIFE_START_RESUME, BILL_PENDING];
        Hibernated   -- TerminateInstances   --> Terminated   : "asked to terminate while at rest", [LIFE_TERM_FROM_STOPPED, LIFE_TERM_HIBERNATED, BILL_TERMINATED];
        Hibernated   -- TerminateForced      --> Terminated   : "asked to terminate while at rest", [LIFE_TERM_FROM_STOPPED, LIFE_TERM_HIBERNATED, BILL_TERMINATED];
        Stopped      -- SpotRestart          --> Starting if RootAttached : "there is Spot capacity again", [SPOT_RESTART, BILL_PENDING];
        Hibernated   -- SpotRestart          --> Resuming if RootAttached : "there is Spot capacity again", [SPOT_RESTART, HIB_SPOT_WHO, BILL_PENDING];
        Stopped      -- SpotRestartFailed    --> Terminated   : "it has no root volume to restart from", [SPOT_RESTART_NO_ROOT, BILL_TERMINATED];
        Hibernated   -- SpotRestartFailed    --> Terminated   : "it has no root volume to restart from", [SPOT_RESTART_NO_ROOT, BILL_TERMINATED];
        Stopped      -- SpotCancelled        --> Terminated   : "its Spot request is no more", [SPOT_CANCEL_DISABLED, REASON_SPOT_CANCEL, BILL_TERMINATED];
        Hibernated   -- SpotCancelled        --> Terminated   : "its Spot request is no more", [SPOT_CANCEL_DISABLED, REASON_SPOT_CANCEL, BILL_TERMINATED];
        ShuttingDown -- ShutdownCompleted    --> Terminated   : "nothing of it is left to run", [LIFE_TERM, BILL_TERMINATED];
    }
    accepted {
        Running                  -- RebootInstances     : [LIFE_REBOOT, STATE_REBOOT_NOT_A_STATE, BILL_REBOOT];
        Running                  -- OsReboot            : [LIFE_REBOOT_OS, BILL_REBOOT];
        Running                  -- OsHang              : [LIFE_STOP_HARD, LIFE_REBOOT_HARD];
        Running                  -- OsHalt              : [LIFE_OSDOWN_HALT];
        Running                  -- CheckFailed         : [CHECK_INSTANCE, CHECK_IMPAIRED_STATE];
        Running                  -- Transfer            : [BILL_DT_OUT_TIERS];
        Running                  -- SetCpu              : [BILL_CREDIT_UNIT];
        Running | Stopping | Hibernating | ShuttingDown
                                 -- HostFailure         : [CHECK_SYSTEM, CHECK_IMPAIRED_STATE];
        Running                  -- ScheduleEvent       : [EVENT_CODES];
        Running                  -- ScheduledReboot     : [EVENT_REBOOT, BILL_REBOOT];
        Running                  -- Recovery            : [RECOV_SIMPLIFIED, RECOV_LIKE_REBOOT];
        Stopping                 -- StopSkipOsShutdown  : [LIFE_SKIP_MIDWAY];
        Hibernating              -- StopSkipOsShutdown  : [LIFE_STOP_STOPPING];
        Stopping                 -- ForceStop           : [LIFE_FORCE];
        Hibernating              -- ForceStop           : [LIFE_FORCE, HIB_STUCK];
        ShuttingDown             -- TerminateForced     : [LIFE_TERM_SKIP];
        Stopped                  -- ModifyWhileStopped  : [MOD_STOPPED_ONLY];
        Stopped                  -- ModifyPlacement     : [MOD_PLACEMENT];
        Launching | Starting | Resuming | Running | Stopping | Hibernating | Stopped | Hibernated
                                 -- ModifyProtection    : [MOD_RUNNING_OR_STOPPED];
        Launching | Starting | Resuming | Running | Stopping | Hibernating | Stopped | Hibernated
                                 -- ModifyAttachments   : [MOD_SOURCE_DEST, MOD_DOT];
        Launching | Starting | Resuming | Running | Stopping | Hibernating | Stopped | Hibernated
                                 -- ModifyCredits       : [MOD_CREDITS];
        Launching | Starting | Resuming | Running | Stopping | Hibernating | Stopped | Hibernated
                                 -- ModifyMaintenance   : [RECOV_SETTING];
        Launching | Starting | Resuming | Running | Stopping | Hibernating | Stopped | Hibernated
                                 -- ModifyMonitoring    : [MOD_MONITORING];
        Running | Stopped        -- AttachVolume        : [VOL_ATTACH_STATES];
        Running | Stopped        -- DetachVolume        : [VOL_DETACH_DATA];
        Stopped                  -- DetachRootVolume    : [VOL_ROOT_SWAP];
        Running | Stopping | Hibernating | Stopped | Hibernated
                                 -- AssociateAddress    : [EIP_ASSOCIATE];
        Launching | Starting | Resuming | Running | Stopping | Hibernating | Stopped | Hibernated | ShuttingDown
                                 -- DisassociateAddress : [EIP_DISASSOCIATE];
    }
    unchanged {
        Launching | Starting | Resuming | Running -- StartInstances      : [LIFE_START_NOOP, IDEM_START_STOP];
        Stopping | Hibernating                    -- StopInstances       : [LIFE_STOP_STOPPING, IDEM_START_STOP];
        Stopped | Hibernated                      -- StopInstances | StopSkipOsShutdown | ForceStop : [LIFE_STOP_NOOP, REASON_STICKY];
        Stopping | Hibernating                    -- Hibernate           : [LIFE_STOP_STOPPING];
        Stopped | Hibernated                      -- Hibernate           : [LIFE_HIB_STOPPED];
        ShuttingDown | Terminated                 -- RebootInstances     : [LIFE_REBOOT_TERMINATED];
        ShuttingDown | Terminated                 -- TerminateInstances  : [LIFE_TERM_IDEMPOTENT, REASON_STICKY];
        Terminated                                -- TerminateForced     : [LIFE_TERM_IDEMPOTENT, REASON_STICKY];
        Terminated                                -- DisassociateAddress : [EIP_DISASSOCIATE];
    }
    refused {
        Stopping | Hibernating | ShuttingDown | Terminated -- StartInstances : NotStartable;
        Launching -- StopInstances | StopSkipOsShutdown | Hibernate : NeverRan;
        ShuttingDown | Terminated -- StopInstances | StopSkipOsShutdown | ForceStop | Hibernate : NotStoppable;
        Starting | Resuming -- Hibernate : NotReadyToHibernate;
        Launching | Starting | Resuming | Stopping | Hibernating | Stopped | Hibernated
            -- RebootInstances : NotRebootable;
        Launching | Starting | Resuming | Stopping | Hibernating | Stopped | Hibernated | ShuttingDown | Terminated
            -- OsShutdownStop | OsShutdownTerminate | OsReboot : OsNotRunning;
        Stopping | Hibernating | Stopped | Hibernated | ShuttingDown | Terminated -- SpotTerminate : CannotHappen;
        Launching | Starting | Resuming | Stopping | Hibernating | Stopped | Hibernated | ShuttingDown | Terminated
            -- SpotStop | SpotHibernate : CannotHappen;
        Launching | Starting | Resuming | Running | Stopping | Hibernating | ShuttingDown | Terminated
            -- SpotRestart | SpotRestartFailed | SpotCancelled : CannotHappen;
        Launching | Starting | Resuming | Stopping | Hibernating | Stopped | Hibernated | ShuttingDown | Terminated
            -- OsHang | OsHalt | CheckFailed | Recovery
             | ScheduleEvent | ScheduledStop | ScheduledTermination | ScheduledReboot : NothingToBefall;
        Launching | Starting | Resuming | Stopping | Hibernating | Stopped | Hibernated | ShuttingDown | Terminated
            -- Transfer : NothingToSend;
        Launching | Starting | Resuming | Stopping | Hibernating | Stopped | Hibernated | ShuttingDown | Terminated
            -- SetCpu : NothingToUse;
        Launching | Starting | Resuming | Stopped | Hibernated | Terminated -- HostFailure : NothingToBefall;
        Resuming | Running | Stopping | Hibernating | Stopped | Hibernated | ShuttingDown | Terminated
            -- BootCompleted : CannotHappen;
        Launching | Starting | Running | Stopping | Hibernating | Stopped | Hibernated | ShuttingDown | Terminated
            -- ResumeCompleted : CannotHappen;
        Starting | Resuming | Running | Stopping | Hibernating | Stopped | Hibernated | ShuttingDown | Terminated
            -- LaunchFailed : CannotHappen;
        Launching | Running | Stopping | Hibernating | Stopped | Hibernated | ShuttingDown | Terminated
            -- StartFailed : CannotHappen;
        Launching | Starting | Resuming | Running | Hibernating | Stopped | Hibernated | ShuttingDown | Terminated
            -- StopCompleted : CannotHappen;
        Launching | Starting | Resuming | Running | Stopping | Stopped | Hibernated | ShuttingDown | Terminated
            -- HibernationCompleted | HibernationFailed : CannotHappen;
        Launching | Starting | Resuming | Running | Stopping | Hibernating | Stopped | Hibernated | Terminated
            -- ShutdownCompleted : CannotHappen;
        Launching | Starting | Resuming | Running | Stopping | Hibernating | ShuttingDown | Terminated
            -- ModifyWhileStopped : NotStopped;
        Hibernated -- ModifyWhileStopped : Hibernated;
        Launching | Starting | Resuming | Running | Stopping | Hibernating | Hibernated | ShuttingDown | Terminated
            -- ModifyPlacement : NotPlaceable;
        ShuttingDown | Terminated
            -- ModifyProtection | ModifyAttachments | ModifyCredits | ModifyMaintenance | ModifyMonitoring : GoingAway;
        Launching | Starting | Resuming | Stopping | Hibernating | Hibernated | ShuttingDown | Terminated
            -- AttachVolume : NotRunning;
        Launching | Starting | Resuming | Stopping | Hibernating | Hibernated | ShuttingDown
            -- DetachVolume | DetachRootVolume : NotDetachable;
        Terminated -- DetachVolume | DetachRootVolume : VolumeAvailable;
        Running -- DetachRootVolume : RootInUse;
        Launching | Starting | Resuming | ShuttingDown | Terminated -- AssociateAddress : NotAddressable;
    }
}
