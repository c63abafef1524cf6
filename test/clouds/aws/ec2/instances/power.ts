import type {
    InstanceStateChange,
    RebootInstancesRequest,
    StartInstancesRequest,
    StartInstancesResult,
    StopInstancesRequest,
    StopInstancesResult,
    TerminateInstancesRequest,
    TerminateInstancesResult,
} from "@aws-sdk/client-ec2";
import { Failure } from "../../protocol/failure.ts";
import type { Call } from "../../world/call.ts";
import { instanceState } from "../../world/instance-state.ts";
import type { Instance } from "../../world/tables.ts";
import { freeAddresses, subnetsOf } from "../network/defaults.ts";
import { findOwn, INSTANCE } from "../query/find.ts";
import { checkFit } from "./launch-checks.ts";
import { stateView } from "./view.ts";

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StopInstances.html */
export function stopInstances(call: Call, { InstanceIds }: StopInstancesRequest): StopInstancesResult {
    const instances = all(call, InstanceIds!);
    for (const instance of instances) {
        require(call, instance, ["running", "stopping", "stopped"], "stopped");
        if (instance.disableApiStop) {
            throw notPermitted(instance, "stopped", "disableApiStop");
        }
        if (instance.spot) {
            const message = `You can't stop the Spot Instance '${instance.id}' because it is associated with a one-time Spot Instance request.`;
            throw new Failure("UnsupportedOperation", message);
        }
    }
    return { StoppingInstances: instances.map((each) => change(call, each, "stopping", "stopped")) };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_StartInstances.html */
export function startInstances(call: Call, { InstanceIds }: StartInstancesRequest): StartInstancesResult {
    const instances = all(call, InstanceIds!);
    for (const instance of instances) {
        require(call, instance, ["running", "pending", "stopped"], "started");
        checkFit({ ...instance, virtualizationType: "hvm" }, instance.instanceType);
    }
    return {
        StartingInstances: instances.map((instance) => {
            const changed = change(call, instance, "starting", "running");
            if (instance.settlesAt > call.now) {
                instance.launchedAt = call.now;
                address(call, instance);
            }
            return changed;
        }),
    };
}

/** A started instance has another public address than before. */
function address(call: Call, { networkInterfaceId, subnetId }: Instance): void {
    const link = call.world.tables.networkInterfaces.get(networkInterfaceId);
    const subnet = subnetsOf(call).find(({ id }) => id === subnetId);
    if (link?.isPublic === true && link.publicIp === undefined && subnet !== undefined) {
        link.publicIp = freeAddresses(call, subnet).publicIp;
    }
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_TerminateInstances.html: all of them, or none. */
export function terminateInstances(call: Call, { InstanceIds }: TerminateInstancesRequest): TerminateInstancesResult {
    const instances = all(call, InstanceIds!);
    const kept = instances.find(({ disableApiTermination }) => disableApiTermination);
    if (kept !== undefined) {
        throw notPermitted(kept, "terminated", "disableApiTermination");
    }
    return { TerminatingInstances: instances.map((each) => change(call, each, "terminating", "terminated")) };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RebootInstances.html: asynchronous, and says nothing. */
export function rebootInstances(call: Call, { InstanceIds }: RebootInstancesRequest): object {
    for (const instance of all(call, InstanceIds!)) {
        require(call, instance, ["running"], "rebooted");
        instance.reboots = (instance.reboots ?? 0) + 1;
    }
    return {};
}

function all(call: Call, ids: readonly string[]): Instance[] {
    return [...new Set(ids)].map((id) => findOwn(call, INSTANCE, call.world.tables.instances, id));
}

function require(call: Call, instance: Instance, states: readonly string[], verb: string): void {
    if (!states.includes(instanceState(instance, call.now))) {
        const message = `The instance '${instance.id}' is not in a state from which it can be ${verb}.`;
        throw new Failure("IncorrectInstanceState", message);
    }
}

function notPermitted({ id }: Instance, verb: string, attribute: string): Failure {
    const message = `The instance '${id}' may not be ${verb}. Modify its '${attribute}' instance attribute and try again.`;
    return new Failure("OperationNotPermitted", message);
}

const USER_SHUTDOWN = "Client.UserInitiatedShutdown: User initiated shutdown";

/** Begins a phase, unless the instance is in it, or terminated. */
function change(call: Call, instance: Instance, phase: Instance["phase"], to: string): InstanceStateChange {
    const PreviousState = stateView(instance, call.now);
    const { instanceStartMs, instanceStopMs } = call.world.settings;
    if (PreviousState.Name !== to && instance.phase !== phase) {
        instance.phase = phase;
        instance.settlesAt = call.now + (phase === "starting" ? instanceStartMs : instanceStopMs);
        delete instance.reason;
        if (phase !== "starting") {
            instance.reason = { code: "Client.UserInitiatedShutdown", message: USER_SHUTDOWN };
        }
    }
    return { InstanceId: instance.id, PreviousState, CurrentState: stateView(instance, call.now) };
}
