import { request as httpsRequest } from "node:https";
import { Readable } from "node:stream";

import type { BuildEnvironment, RegistrySettings } from "../../environment";
import { DownloadError } from "../../store/download";
import { redactUrl } from "../../store/redact";
import { findCertificates, type HostCertificates } from "./certificates";

export interface HopRequest {
    readonly method?: "GET" | "POST";
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly signal?: AbortSignal;
}

/** One request to one host; a redirect is an answer. */
export type Hop = (url: URL, request: HopRequest) => Promise<Response>;

/** Answers without a body (Fetch standard, "null body status"). */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);

/** Hosts with certificates of their own are held against those, all others against what this machine trusts. */
export function openHop(env: Pick<BuildEnvironment, "fetch">, settings: RegistrySettings): Hop {
    const known = new Map<string, Promise<HostCertificates | undefined>>();
    const certificatesOf = (host: string) => {
        const certificates = known.get(host) ?? findCertificates(host, settings);
        known.set(host, certificates);
        return certificates;
    };
    return async (url, request) => {
        const certificates = url.protocol === "https:" ? await certificatesOf(url.host) : undefined;
        try {
            return certificates === undefined
                ? await env.fetch(url.href, { ...request, redirect: "manual" })
                : await privately(url, request, certificates);
        } catch (error) {
            throw isCertificateProblem(error) ? untrusted(url, settings, error) : error;
        }
    };
}

function privately(url: URL, request: HopRequest, certificates: HostCertificates): Promise<Response> {
    const { method = "GET", headers, body, signal } = request;
    const { ca, cert, key } = certificates;
    return new Promise((resolve, reject) => {
        const options = {
            method,
            headers,
            ca: [...ca],
            ...(cert !== undefined && { cert, key }),
            ...(signal && { signal }),
        };
        const outgoing = httpsRequest(url, options, (incoming) => {
            const status = incoming.statusCode ?? 0;
            const fields = Object.entries(incoming.headersDistinct).flatMap(([name, values = []]) =>
                values.map((value) => [name, value] as [string, string]),
            );
            const content = BODILESS.has(status) ? null : (Readable.toWeb(incoming) as ReadableStream<Uint8Array>);
            resolve(new Response(content, { status, headers: fields }));
        });
        outgoing.on("error", reject);
        outgoing.end(body);
    });
}

/** Node's and OpenSSL's names for what can be wrong with a certificate. */
const CERTIFICATE_CODE = /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY|DECRYPT)|INVALID_CA|PEM/;

/** fetch() says "fetch failed" and hides why in its cause. */
function causeOf(error: unknown): { readonly code?: string; readonly message?: string } {
    const { cause } = error as { readonly cause?: object };
    return cause ?? (error as object);
}

export function isCertificateProblem(error: unknown): boolean {
    return CERTIFICATE_CODE.test(causeOf(error).code ?? "");
}

function untrusted(url: URL, settings: RegistrySettings, cause: unknown): DownloadError {
    const place = settings.certificateDirectories.map((directory) => `${directory}/${url.host}/ca.crt`).join(" or ");
    const hint = place === "" ? "" : ` Put the certificate of the authority that signed it into ${place}.`;
    const { message = String(cause) } = causeOf(cause);
    return new DownloadError(
        "RegistryCertificate",
        `${url.host} is not trusted: ${message}.${hint}`,
        false,
        { url: redactUrl(url.href), host: url.host, reason: message },
        { cause },
    );
}
