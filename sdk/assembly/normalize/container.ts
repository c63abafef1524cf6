import { isOpaque } from "../inputs";
import type { Findings } from "../read/findings";
import { isObject, property, type Reader } from "../read/reader";
import { type Fields, required, shape } from "../read/shape";
import type { ContainerSpec, SourceSpec } from "../spec";
import { type Builtin, builtinNames, builtins } from "./builtin";
import { containerFields } from "./container-fields";
import { checkContainer } from "./container-rules";
import { givenKeys } from "./given";
import type { Context } from "./leaves";
import { lifecycleFields, runOnce } from "./lifecycle";
import { isShippedService } from "./section-rules";
import { source } from "./source";

const imageHint = '"redis:7-alpine", debian.packages(["redis-server"]) or folder("./redis")';

/** A source, with the command of a component that ships with this package. */
interface Image {
    readonly source: SourceSpec;
    readonly command?: readonly string[];
}

function image(context: Context): Reader<Image> {
    const read = source(["rootfs", "folder"], context);
    return (value, path, findings) => {
        const builtin = builtinReader(value);
        if (builtin !== undefined) {
            return builtin(value, path, findings);
        }
        const found = read(value, path, findings);
        return found && { source: found };
    };
}

function builtinReader(value: unknown): Reader<Builtin> | undefined {
    if (isOpaque(value) || !isObject(value) || property(value, "type") !== "builtin") {
        return undefined;
    }
    const name = builtinNames.find((each) => each === property(value, "name"));
    return name && builtins[name];
}

function containerShape<F extends Fields>(
    what: string,
    context: Context,
    further: F,
    elsewhere: Readonly<Record<string, string>>,
) {
    const read = shape(
        what,
        { image: required(image(context), imageHint), ...containerFields(context), ...further },
        elsewhere,
    );
    return (value: unknown, path: string, findings: Findings) => {
        checkContainer(value, path, findings);
        return read(value, path, findings);
    };
}

const onlyServices = "is for services; onboot and onshutdown containers run once, one after the other";
const serviceKeys = Object.fromEntries(Object.keys(lifecycleFields).map((key) => [key, onlyServices]));

/** Reads a container of `onboot` or `onshutdown`. */
export function runOnceContainer(kind: "onboot" | "onshutdown", name: string, context: Context): Reader<ContainerSpec> {
    const read = containerShape(`a container of ${kind}`, context, {}, serviceKeys);
    return (value, path, findings) => {
        const container = read(withoutOwnKeys(value), path, findings);
        return container && { kind, name, ...withImage(container, value), lifecycle: runOnce };
    };
}

/** A service of this package brings keys that its user did not write, and is in the wrong section itself. */
function withoutOwnKeys(value: unknown): unknown {
    return isShippedService(value)
        ? Object.fromEntries(Object.entries(value as object).filter(([key]) => !Object.hasOwn(serviceKeys, key)))
        : value;
}

/** Reads a container of `services`. */
export function service(name: string, context: Context): Reader<ContainerSpec> {
    const read = containerShape("a service", context, lifecycleFields, {});
    return (value, path, findings) => {
        const container = read(value, path, findings);
        if (container === undefined) {
            return undefined;
        }
        const { restart, dependsOn, healthcheck, stopTimeout, ...rest } = container;
        const check = healthcheck === undefined ? {} : { healthcheck };
        const lifecycle = { restart, dependsOn, ...check, stopTimeoutSeconds: stopTimeout };
        return { kind: "service", name, ...withImage(rest, value), lifecycle };
    };
}

const defaultPath = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

interface WithImage {
    readonly image: Image;
    readonly command?: readonly string[];
    readonly env?: readonly string[];
    readonly capabilities: readonly string[];
    readonly "capabilities.add"?: readonly string[];
    readonly binds: readonly string[];
    readonly "binds.add"?: readonly string[];
}

/**
 * Packages, folders and built-in components have no image configuration, so that PATH and command come from here. What an
 * image's label and configuration say where the program says nothing is known when it is built.
 */
function withImage<C extends WithImage>(container: C, declared: unknown) {
    const { image: found, command, env, "capabilities.add": capabilities, "binds.add": binds, ...rest } = container;
    if (found.source.type === "oci") {
        const own = defined({ command, env, "capabilities.add": capabilities, "binds.add": binds });
        return { ...rest, source: found.source, ...own, given: givenKeys(declared) };
    }
    const variables = env ?? [];
    return {
        ...rest,
        source: found.source,
        ...defined({ command: command ?? found.command, capabilities, binds }),
        env: variables.some((variable) => variable.startsWith("PATH=")) ? variables : [defaultPath, ...variables],
    };
}

type Defined<T> = { readonly [K in keyof T]?: Exclude<T[K], undefined> };

function defined<T extends object>(values: T): Defined<T> {
    return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Defined<T>;
}
