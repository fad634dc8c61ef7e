//! What may be asked of EC2, one module an action.
//!
//! A [`Request`] says what is asked in EC2's words. A script and whoever else drives an account ask the same requests and
//! get the same answers; how they name instances, volumes and addresses is a [`Naming`] of their own, which is resolved to
//! handles and ids before anything is asked.
//!
//! Every action checks in the order of `REQ-CHECK-ORDER` before it changes anything: a request is carried out as a whole
//! or not at all (`REQ-BATCH-ALL-OR-NOTHING`), but for the one exception that EC2 documents (`PROT-TERM-BATCH-AZ`).

mod call;
mod host_room;
mod moment;
mod naming;
mod placement;
mod reservation_room;
mod room;
mod spot;
mod verbs;
mod with;

use crate::{
    lifecycle::ApiError,
    record::{InstanceHandle, Resource},
    world::Instance,
};

pub use call::{Call, ShutdownOptions};
pub use load::LoadTarget;
pub use modify_instance_attribute::Change;
pub use modify_volume::VolumeChange;
pub use moment::Moment;
pub use naming::{
    AddressRef, ByHandle, InstanceRef, Instances, InterfaceRef, Launch, Mapped, Naming, Ref,
    Resolve, Subjects, VolumeRef,
};
pub use placement::PlacementChange;
pub use run_instances::USER_DATA_BYTES;
pub use set_capacity::RoomIn;
pub use transfer::{Destination, Over};
pub(crate) use verbs::each_verb;
pub use verbs::{Flags, Verb};
pub use with::{Tokens, With};

/// Declares the list of actions: [`Request`], and a module for each of them.
///
/// A module holds the action's parameters (a struct of the same name), how they are resolved, whom a refusal is about, and
/// what carrying it out checks and does.
macro_rules! requests {
    ( $( $(#[$doc:meta])* $Action:ident in $module:ident = $name:literal; )+ ) => {
        $( mod $module; pub use $module::$Action; )+

        /// What is asked of EC2.
        ///
        /// # Example
        ///
        /// ```
        /// use ec2sim::{action::{Request, StopInstances}, record::InstanceHandle};
        /// let request: Request = StopInstances::new([InstanceHandle::new(0)]).into();
        /// assert_eq!(request.name(), "StopInstances");
        /// ```
        #[derive(Debug, Clone, PartialEq)]
        #[non_exhaustive]
        pub enum Request<N: Naming = ByHandle> { $( $(#[$doc])* $Action($Action<N>), )+
            /// One of these, with options.
            With(Box<With<N>>),
        }

        impl<N: Naming> Request<N> {
            /// EC2's name of the action.
            pub const fn name(&self) -> &'static str {
                match self {
                    $( Self::$Action(_) => $name, )+
                    Self::With(with) => with.request.name(),
                }
            }

            /// The same request, with everything named by handles and ids.
            pub fn resolve(&self, names: &mut impl Resolve<N>) -> Request {
                match self {
                    $( Self::$Action(request) => Request::$Action(request.resolve(names)), )+
                    Self::With(with) => Request::With(with.resolve(names)),
                }
            }

            /// What a refusal is about.
            pub fn subjects(&self) -> Subjects<'_, N> {
                match self {
                    $( Self::$Action(request) => request.subjects(), )+
                    Self::With(with) => with.request.subjects(),
                }
            }
        }

        impl Request {
            /// Carries it out.
            ///
            /// # Errors
            ///
            /// EC2's refusal; nothing has happened then, but for `PROT-TERM-BATCH-AZ`.
            pub fn carry_out(&self, call: &mut Call<'_>) -> Result<Answer, ApiError> {
                let answer = match self {
                    $( Self::$Action(request) => request.carry_out(call), )+
                    Self::With(with) => return with.carry_out(call),
                };
                call.world.settle_spot(call.at, call.effects);
                answer
            }
        }

        $( impl<N: Naming> From<$Action<N>> for Request<N> {
            fn from(request: $Action<N>) -> Self {
                Self::$Action(request)
            }
        } )+
    };
}

requests! {
    /// Launches instances.
    RunInstances in run_instances = "RunInstances";
    /// Starts stopped instances.
    StartInstances in start_instances = "StartInstances";
    /// Stops or hibernates instances.
    StopInstances in stop_instances = "StopInstances";
    /// Reboots instances in place.
    RebootInstances in reboot_instances = "RebootInstances";
    /// Terminates instances.
    TerminateInstances in terminate_instances = "TerminateInstances";
    /// Not EC2's: operating systems shut themselves down.
    ShutDown in shut_down = "OS shutdown";
    /// Not EC2's: operating systems restart themselves.
    RebootInside in reboot_inside = "OS reboot";
    /// Not EC2's: operating systems hang, or are halted.
    DisturbOs in disturb_os = "OS disturbance";
    /// Not EC2's: the hosts of instances fail.
    FailHost in fail_host = "host failure";
    /// Not EC2's: a status check fails.
    ImpairCheck in impair_check = "status check failed";
    /// Not EC2's users': EC2 schedules an event.
    ScheduleEvent in schedule_event = "scheduled event";
    /// Moves a scheduled event.
    RescheduleEvent in reschedule_event = "ModifyInstanceEventStartTime";
    /// Not EC2's: what is wrong with instances is mended.
    RecoverInstances in recover_instances = "recovery";
    /// Changes an attribute of instances.
    ModifyInstanceAttribute in modify_instance_attribute = "ModifyInstanceAttribute";
    /// Allocates an Elastic IP.
    AllocateAddress in allocate_address = "AllocateAddress";
    /// Associates an Elastic IP with an instance.
    AssociateAddress in associate_address = "AssociateAddress";
    /// Takes an Elastic IP off its instance.
    DisassociateAddress in disassociate_address = "DisassociateAddress";
    /// Gives an Elastic IP back.
    ReleaseAddress in release_address = "ReleaseAddress";
    /// Creates an EBS volume.
    CreateVolume in create_volume = "CreateVolume";
    /// Attaches an EBS volume to an instance.
    AttachVolume in attach_volume = "AttachVolume";
    /// Detaches an EBS volume.
    DetachVolume in detach_volume = "DetachVolume";
    /// Makes an EBS volume larger, or of another type.
    ModifyVolume in modify_volume = "ModifyVolume";
    /// Deletes an EBS volume.
    DeleteVolume in delete_volume = "DeleteVolume";
    /// Replaces the root volume of an instance.
    ReplaceRootVolume in replace_root_volume = "CreateReplaceRootVolumeTask";
    /// Makes a snapshot of a volume.
    CreateSnapshot in create_snapshot = "CreateSnapshot";
    /// Deletes a snapshot.
    DeleteSnapshot in delete_snapshot = "DeleteSnapshot";
    /// Moves a snapshot to the archive tier.
    ArchiveSnapshot in archive_snapshot = "ModifySnapshotTier";
    /// Brings a snapshot back from the archive tier.
    RestoreSnapshot in restore_snapshot = "RestoreSnapshotTier";
    /// Makes volumes of a snapshot fast at once, or no longer.
    EnableFastRestores in enable_fast_restores = "EnableFastSnapshotRestores";
    /// Makes an image of an instance.
    CreateImage in create_image = "CreateImage";
    /// Deregisters an image.
    DeregisterImage in deregister_image = "DeregisterImage";
    /// Attaches a network interface to an instance.
    AttachNetworkInterface in attach_network_interface = "AttachNetworkInterface";
    /// Detaches a network interface.
    DetachNetworkInterface in detach_network_interface = "DetachNetworkInterface";
    /// Allocates a Dedicated Host.
    AllocateHosts in allocate_hosts = "AllocateHosts";
    /// Gives a Dedicated Host back.
    ReleaseHosts in release_hosts = "ReleaseHosts";
    /// Creates a Capacity Reservation.
    CreateCapacityReservation in create_capacity_reservation = "CreateCapacityReservation";
    /// Gives a Capacity Reservation up.
    CancelCapacityReservation in cancel_capacity_reservation = "CancelCapacityReservation";
    /// Not EC2's: what it has available changes.
    SetCapacity in set_capacity = "capacity";
    /// Not EC2's: it takes Spot Instances back.
    InterruptSpot in interrupt_spot = "Spot interruption";
    /// Not EC2's: it recommends replacing Spot Instances.
    RecommendRebalance in recommend_rebalance = "rebalance recommendation";
    /// Cancels the Spot requests of instances.
    CancelSpotInstanceRequests in cancel_spot_instance_requests = "CancelSpotInstanceRequests";
    /// Not EC2's: instances send data.
    Transfer in transfer = "transfer";
    /// Not EC2's: what instances use of their CPUs.
    SetCpu in set_cpu = "cpu";
    /// Not EC2's: a magnetic volume is asked for data.
    ReadIo in read_io = "read-io";
    /// Not EC2's: a Spot price changes.
    SetSpotPrice in set_spot_price = "spot-price";
    /// Creates a function.
    CreateFunction in create_function = "CreateFunction";
    /// Invokes a function.
    Invoke in invoke = "Invoke";
    /// Not Lambda's: a function is asked at a rate.
    GenerateLoad in load = "load";
    /// Changes a function.
    UpdateFunction in update_function = "UpdateFunctionConfiguration";
    /// Provisions concurrency for a function.
    Provision in provision = "PutProvisionedConcurrencyConfig";
    /// Ends that.
    Unprovision in unprovision = "DeleteProvisionedConcurrencyConfig";
    /// Creates a cluster.
    CreateCluster in create_cluster = "CreateCluster";
    /// Describes a service, without creating it.
    DescribeService in describe_service = "RegisterTaskDefinition";
    /// Creates a service.
    CreateService in create_service = "CreateService";
    /// Deletes a service.
    DeleteService in delete_service = "DeleteService";
    /// Gives a service another number of tasks.
    ScaleService in scale_service = "UpdateService";
    /// Gives a service new tasks.
    DeployService in deploy_service = "UpdateService";
    /// Runs tasks outside of a service.
    RunTask in run_task = "RunTask";
    /// Stops a task.
    StopTask in stop_task = "StopTask";
    /// Not ECS's: a container ends by itself.
    ExitTask in exit_task = "container exit";
    /// Not AWS's: Fargate has Spot capacity, or none.
    SetFargateSpot in set_fargate_spot = "capacity";
    /// Not ECS's: Fargate takes a Spot task back.
    InterruptTask in interrupt_task = "Spot interruption";
}

impl<N: Naming> Request<N> {
    /// Whether an instance had what was asked for, although the request was refused.
    pub(crate) fn spares(&self, error: &ApiError, instance: &Instance) -> bool {
        matches!(self, Self::TerminateInstances(_))
            && terminate_instances::spares(error.code, instance)
    }
}

/// What a request that was carried out has made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Answer {
    /// Nothing: it has changed what was there.
    Done,
    /// Instances, whose handles follow each other.
    Launched {
        /// The first.
        first: InstanceHandle,
        /// How many.
        count: u32,
    },
    /// Nothing new: the instances that the same client token has launched before.
    LaunchedBefore {
        /// The first.
        first: InstanceHandle,
        /// How many.
        count: u32,
    },
    /// One thing: a volume, an Elastic IP.
    Made(Resource),
    /// Nothing new: what the same client token has made before.
    MadeBefore(Resource),
}

/// The plain form of those actions that need no more than instances.
macro_rules! plain {
    ( $($Action:ident),+ ) => { $( impl $Action {
        /// Asks it of these instances, without options.
        pub fn new(instances: impl IntoIterator<Item: Into<InstanceRef>>) -> Self {
            Self::of(instances.into_iter().map(Into::into).collect(), Flags::default())
        }
    } )+ };
}

plain!(
    StartInstances,
    StopInstances,
    RebootInstances,
    TerminateInstances,
    ShutDown
);
