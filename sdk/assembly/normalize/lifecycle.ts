import { isAbsent, integer, isObject, list, oneOf, property, type Reader, text } from "../read/reader";
import { defaulted, optional, shape } from "../read/shape";
import type { HealthcheckSpec, LifecycleSpec } from "../spec";
import { command, duration, port } from "./leaves";

const url = text({ what: 'an "http://" URL, such as "http://127.0.0.1:8080/health"', secret: true }, (value) => {
    const parsed = URL.parse(value);
    return parsed !== null && parsed.protocol === "http:";
});

const kinds = ["tcp", "http", "command"] as const;

const healthcheckArgs = shape("a health check", {
    tcp: optional(port),
    http: optional(url),
    command: optional(command),
    interval: defaulted(duration(0.001), 1),
    timeout: defaulted(duration(0.001), 2),
    retries: defaulted(integer("a whole number from 1", 1), 60),
});

/** Exactly one kind of check. */
const healthcheck: Reader<HealthcheckSpec> = (value, path, findings) => {
    const read = healthcheckArgs(value, path, findings);
    if (isObject(value)) {
        const given = kinds.filter((kind) => !isAbsent(property(value, kind)));
        if (given.length !== 1) {
            const found = given.length === 0 ? "has none" : `has ${given.join(" and ")}`;
            return findings.reject(path, `must have exactly one of tcp, http and command, but ${found}`);
        }
    }
    if (read === undefined) {
        return undefined;
    }
    const { interval, timeout, ...check } = read;
    return { ...check, intervalSeconds: interval, timeoutSeconds: timeout };
};

/** The keys that LinuxKit does not have. */
export const lifecycleFields = {
    restart: defaulted(oneOf(["always", "on-failure", "never"]), "always"),
    dependsOn: defaulted(list(text({ what: "the name of a service" }), "a list of names of services"), []),
    healthcheck: optional(healthcheck),
    stopTimeout: defaulted(duration(0), 5),
} as const;

/** A container that runs once: upstream's five seconds until it is ended by force, and nothing else. */
export const runOnce: LifecycleSpec = { restart: "never", dependsOn: [], stopTimeoutSeconds: 5 };
