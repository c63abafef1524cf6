import { parseXML } from "@aws-sdk/xml-builder";
import type { Member, ServiceModel, Shape, Structure } from "../../model/shapes.ts";
import { shapeOf } from "../../model/shapes.ts";
import { violations } from "../../model/violations.ts";
import { Failure } from "../failure.ts";
import type { RestRequest } from "../rest-json-request.ts";
import { unchunked } from "./chunked.ts";
import { findRoute } from "./route.ts";

/**
 * Reads a REST request: https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html
 * @throws Failure with S3's own codes
 */
export function parseRestXml(model: ServiceModel, raw: RestRequest): { operation: string; input: Structure } {
    const request = unchunked(withBucketInPath(raw));
    const route = findRoute(model, request);
    if (route === undefined) {
        throw new Failure("MethodNotAllowed", "The specified method is not allowed against this resource.", 405);
    }
    const { name, input } = route.operation;
    if (input === undefined) {
        return { operation: name, input: {} };
    }
    const shape = shapeOf(model, input.shape);
    refuseUnknownHeaders(shape, request.headers);
    const read = { ...located(model, shape, request, route.labels), ...payload(model, shape, request.body) };
    const [first] = violations(model, input.shape, read);
    if (first !== undefined) {
        const message = `${first.path.join(".")}: ${first.constraint}`;
        throw new Failure(first.kind === "missing" ? "InvalidRequest" : "InvalidArgument", message);
    }
    return { operation: name, input: read };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html */
function withBucketInPath(request: RestRequest): RestRequest {
    const host = (request.headers.host ?? "").replace(/:\d+$/, "");
    const bucket = /^(.+)\.(?:localhost|s3[.-][a-z0-9.-]*amazonaws\.com)$/.exec(host)?.[1];
    return bucket === undefined ? request : { ...request, path: `/${bucket}${request.path}` };
}

/** Of signatures and transport: no member has them. */
const TRANSPORT = /^x-amz-(content-sha256|date|security-token|user-agent|decoded-content-length|trailer|sdk-.*|te)$/;

function refuseUnknownHeaders({ members = {} }: Shape, headers: RestRequest["headers"]): void {
    const known = Object.values(members);
    const other = Object.keys(headers).find(
        (name) =>
            name.startsWith("x-amz-") &&
            !TRANSPORT.test(name) &&
            !known.some(({ location, locationName = "" }) =>
                location === "headers"
                    ? name.startsWith(locationName.toLowerCase())
                    : location === "header" && name === locationName.toLowerCase(),
            ),
    );
    if (other !== undefined) {
        const message = `A header you provided implies functionality that is not implemented: ${other}`;
        throw new Failure("NotImplemented", message, 501);
    }
}

function located(
    model: ServiceModel,
    { members = {} }: Shape,
    request: RestRequest,
    labels: Readonly<Record<string, string>>,
): Structure {
    const input: Structure = {};
    for (const [name, { shape, location, locationName = name }] of Object.entries(members)) {
        const text = {
            uri: () => labels[locationName],
            querystring: () => request.query.get(locationName) ?? undefined,
            header: () => request.headers[locationName.toLowerCase()],
            headers: () => prefixed(request.headers, locationName.toLowerCase()),
            body: () => undefined,
        }[location ?? "body"]();
        if (text !== undefined) {
            input[name] = typeof text === "string" ? scalar(shapeOf(model, shape), text, name) : text;
        }
    }
    return input;
}

function prefixed(headers: RestRequest["headers"], prefix: string): Record<string, string> | undefined {
    const found = Object.entries(headers).filter(([name]) => name.startsWith(prefix));
    return found.length === 0
        ? undefined
        : Object.fromEntries(found.map(([name, text]) => [name.slice(prefix.length), text]));
}

function payload(model: ServiceModel, { payload: name, members = {} }: Shape, body: Buffer): Structure {
    if (name === undefined) {
        return {};
    }
    const { shape, locationName = name } = members[name]!;
    if (shapeOf(model, shape).type === "blob") {
        return { [name]: body };
    }
    if (body.length === 0) {
        return {};
    }
    const root = parsed(body)[locationName];
    if (root === undefined) {
        throw malformed();
    }
    return { [name]: value(model, shapeOf(model, shape), root) };
}

function parsed(body: Buffer): Record<string, unknown> {
    try {
        return parseXML(body.toString("utf8")) as Record<string, unknown>;
    } catch {
        throw malformed();
    }
}

function value(model: ServiceModel, shape: Shape, node: unknown): unknown {
    if (shape.type !== "structure") {
        return scalar(shape, String(node), "");
    }
    const read: Structure = {};
    for (const [tag, child] of Object.entries(typeof node === "object" ? (node as object) : {})) {
        const member = Object.entries(shape.members ?? {}).find(([name, each]) => (each.locationName ?? name) === tag);
        if (member !== undefined) {
            read[member[0]] = memberValue(model, member[1], child);
        } else if (tag !== "xmlns") {
            throw malformed();
        }
    }
    return read;
}

/** Lists of requests are flattened in S3's model, those that are here. */
function memberValue(model: ServiceModel, { shape: name }: Member, child: unknown): unknown {
    const shape = shapeOf(model, name);
    return shape.type === "list"
        ? [child].flat().map((each) => value(model, shapeOf(model, shape.member!.shape), each))
        : value(model, shape, child);
}

const malformed = (): Failure =>
    new Failure(
        "MalformedXML",
        "The XML you provided was not well-formed or did not validate against our published schema",
    );

function scalar({ type }: Shape, text: string, name: string): unknown {
    const read = {
        integer: () => (/^-?\d+$/.test(text) ? Number(text) : undefined),
        boolean: () => ({ true: true, false: false })[text],
        timestamp: () => (Number.isNaN(Date.parse(text)) ? undefined : new Date(text)),
    };
    const known = type === "long" ? "integer" : type;
    const found = known in read ? read[known as keyof typeof read]() : text;
    if (found === undefined) {
        throw new Failure("InvalidArgument", `${name}: ${text} is not of type ${type}`);
    }
    return found;
}
