import type { Controls } from "../control/api.ts";
import type { LoggedCall } from "../control/call-log.ts";
import type { Fault } from "../control/faults.ts";
import type { Throttle } from "../control/throttle.ts";
import { denialOf } from "../iam/authorize.ts";
import type { ServiceName } from "../model/load.ts";
import { SERVICES } from "../model/load.ts";
import type { Structure } from "../model/shapes.ts";
import { Failure, notEmulated } from "../protocol/failure.ts";
import type { RestRequest } from "../protocol/rest-json-request.ts";
import type { RestAnswer } from "../protocol/rest-json-response.ts";
import type { Call, Operation, Operations } from "../world/call.ts";
import { refuseUnhonoured } from "../world/call.ts";
import type { Credentials } from "./accounts.ts";
import { isAllowed } from "./accounts.ts";
import type { Service } from "./services.ts";
import type { Scope } from "./signature.ts";
import { readScope, verify } from "./signature.ts";

export interface Dispatcher extends Controls {
    readonly services: Readonly<Record<ServiceName, Service>>;
    readonly operations: Readonly<Record<ServiceName, Operations>>;
    readonly throttle: Throttle;
}

/** An answer to be sent; or none ever, or a cut connection. */
export type Outcome = RestAnswer | "hang" | "cut";

/** From a request to its outcome: who signed it, what it asks, what it meets, what it does. */
export async function dispatch(dispatcher: Dispatcher, request: RestRequest, requestId: string): Promise<Outcome> {
    const scope = readScope(request.headers.authorization);
    const name: ServiceName = isService(scope?.service) ? scope.service : "ec2";
    const service = dispatcher.services[name];
    let logged: LoggedCall | undefined;
    try {
        const credentials = await authenticate(dispatcher, request, scope, service);
        const { operation, input } = service.parse(request);
        const call = callOf(dispatcher, name, operation, scope!.region, credentials);
        logged = dispatcher.log.begin({
            at: new Date(call.now).toISOString(),
            service: name,
            operation,
            account: call.account,
            region: call.region,
            input: withoutData(input),
        });
        return await meet(dispatcher, call, credentials, input, logged, requestId);
    } catch (error) {
        const failure = asFailure(error, service);
        const answer = service.failure(failure, requestId);
        Object.assign(logged ?? {}, { outcome: "failed", status: answer.status, code: failure.code });
        return answer;
    }
}

const isService = (name: string | undefined): name is ServiceName => SERVICES.some((service) => service === name);

async function authenticate(
    { credentials }: Dispatcher,
    request: RestRequest,
    scope: Scope | undefined,
    service: Service,
): Promise<Credentials> {
    if (scope === undefined || !isService(scope.service)) {
        throw service.refuse("missing");
    }
    const known = credentials.get(scope.accessKeyId);
    if (known === undefined) {
        throw service.refuse("unknown");
    }
    const verdict = await verify(request, scope, known);
    if (verdict !== "good") {
        throw service.refuse(verdict);
    }
    return known;
}

function callOf(
    { world }: Dispatcher,
    service: ServiceName,
    operation: string,
    region: string,
    { account, user, policies }: Credentials,
): Call {
    const caller = `arn:aws:iam::${account}:user/${user}`;
    const now = world.clock.now();
    return { service, operation, account, caller, region, now, world, ...(policies !== undefined && { policies }) };
}

/** Runs a call between the faults it meets. */
async function meet(
    dispatcher: Dispatcher,
    call: Call,
    credentials: Credentials,
    input: Structure,
    logged: LoggedCall,
    requestId: string,
): Promise<Outcome> {
    const service = dispatcher.services[call.service];
    const fault = dispatcher.faults.meet(call);
    Object.assign(logged, fault && { fault: fault.kind });
    if (fault?.kind.endsWith("-before") === true) {
        return suffer(fault, service, logged);
    }
    authorize(call, credentials, input, service);
    const output = await run(dispatcher, call, input);
    const answer = service.answer(call.operation, output, requestId);
    if (fault !== undefined) {
        return suffer(fault, service, logged);
    }
    Object.assign(logged, { outcome: "answered", status: answer.status });
    return answer;
}

/** @throws Failure of the service: what its caller's list or policies do not allow */
function authorize(call: Call, credentials: Credentials, input: Structure, service: Service): void {
    const { service: name, operation, policies } = call;
    if (!isAllowed(credentials, name, operation)) {
        throw service.deny(denialOf(call, input, [])!, call);
    }
    const denial = policies === undefined ? undefined : denialOf(call, input, policies);
    if (denial !== undefined) {
        throw service.deny(denial, call);
    }
}

function suffer({ kind, code, message, status }: Fault, service: Service, logged: LoggedCall): "hang" | "cut" {
    if (kind.startsWith("error")) {
        throw new Failure(code ?? service.internal, message ?? "A fault on demand", status ?? 500);
    }
    logged.outcome = kind.startsWith("hang") ? "hanging" : "cut";
    return kind.startsWith("hang") ? "hang" : "cut";
}

async function run(dispatcher: Dispatcher, call: Call, input: Structure): Promise<Structure> {
    const { world, throttle } = dispatcher;
    const operation: Operation | undefined = dispatcher.operations[call.service][call.operation];
    if (operation === undefined) {
        throw notEmulated(`the operation ${call.operation}`);
    }
    if (world.settings.throttling) {
        throttle.take(call, operation.reads, String(input.SnapshotId));
    }
    refuseUnhonoured(call, operation, input);
    if (input.DryRun === true) {
        throw new Failure("DryRunOperation", "Request would have succeeded, but DryRun flag is set.", 412);
    }
    dispatcher.settle(world);
    const output = (await operation.run(call, input as never)) as Structure;
    if (!operation.reads) {
        world.guests.reconcile();
        await world.save();
    }
    return output;
}

/** Whatever is not AWS's own failure is a defect of the emulator, which must be seen. */
function asFailure(error: unknown, { internal }: Service): Failure {
    if (error instanceof Failure) {
        return error;
    }
    console.error(error);
    return new Failure(internal, `The emulator failed: ${String(error)}`, 500);
}

function withoutData(input: Structure): Structure {
    return Object.fromEntries(Object.entries(input).filter(([, value]) => !(value instanceof Uint8Array)));
}
