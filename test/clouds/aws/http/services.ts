import type { Denial } from "../iam/authorize.ts";
import { denialMessage, encoded } from "../iam/authorize.ts";
import type { Models, ServiceName } from "../model/load.ts";
import type { Structure } from "../model/shapes.ts";
import { Failure } from "../protocol/failure.ts";
import { parseQuery } from "../protocol/query-request.ts";
import type { RestRequest } from "../protocol/rest-json-request.ts";
import { parseRest } from "../protocol/rest-json-request.ts";
import type { RestAnswer } from "../protocol/rest-json-response.ts";
import { restAnswer, restFailure } from "../protocol/rest-json-response.ts";
import { parseRestXml } from "../protocol/rest-xml/request.ts";
import { restXmlAnswer, restXmlFailure } from "../protocol/rest-xml/response.ts";
import type { Call } from "../world/call.ts";
import { ec2Answer, ec2Failure, queryAnswer, queryFailure } from "../protocol/xml-response.ts";

/** How a service speaks: its protocol, bound to its model. */
export interface Service {
    parse(request: RestRequest): { operation: string; input: Structure };
    answer(operation: string, output: Structure, requestId: string): RestAnswer;
    failure(failure: Failure, requestId: string): RestAnswer;
    /** What it answers signatures with that are not good. */
    refuse(reason: "missing" | "unknown" | "wrong" | "expired"): Failure;
    /** What it answers callers with that may not. */
    deny(denial: Denial, call: Call): Failure;
    /** Its word for an error of its own. */
    readonly internal: string;
}

export function services(models: Models): Readonly<Record<ServiceName, Service>> {
    return { ec2: ec2(models), ebs: ebs(models), s3: s3(models), sts: sts(models) };
}

const xml = (status: number, body: string): RestAnswer => ({
    status,
    headers: { "content-type": "text/xml;charset=UTF-8" },
    body: Buffer.from(body),
});

function form(request: RestRequest): string {
    if (request.method !== "POST" || request.path !== "/") {
        throw new Failure("InvalidAction", `The emulator takes POST / of this service, not ${request.method}`);
    }
    return request.body.toString("utf8");
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html */
function ec2({ ec2: model }: Models): Service {
    return {
        parse: (request) => parseQuery(model, form(request)),
        answer: (operation, output, id) => xml(200, ec2Answer(model, operation, output, id)),
        failure: (failure, id) => xml(failure.status, ec2Failure(failure, id)),
        refuse: (reason) =>
            reason === "expired"
                ? new Failure("RequestExpired", "Request has expired.")
                : new Failure("AuthFailure", "AWS was not able to validate the provided access credentials", 401),
        deny: (denial, call) =>
            new Failure(
                "UnauthorizedOperation",
                `You are not authorized to perform this operation. ${denialMessage(call, denial)}. Encoded authorization failure message: ${encoded(denial)}`,
                403,
            ),
        internal: "InternalError",
    };
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html */
function sts({ sts: model }: Models): Service {
    const codes = {
        missing: "MissingAuthenticationToken",
        unknown: "InvalidClientTokenId",
        wrong: "SignatureDoesNotMatch",
        expired: "SignatureDoesNotMatch",
    };
    return {
        parse: (request) => parseQuery(model, form(request)),
        answer: (operation, output, id) => xml(200, queryAnswer(model, operation, output, id)),
        failure: (failure, id) => xml(failure.status, queryFailure(failure, id)),
        refuse: (reason) => new Failure(codes[reason], `The request's signature is ${reason}.`, 403),
        deny: (denial, call) => new Failure("AccessDenied", denialMessage(call, denial), 403),
        internal: "InternalFailure",
    };
}

/** https://docs.aws.amazon.com/ebs/latest/APIReference/CommonErrors.html */
function ebs({ ebs: model }: Models): Service {
    const codes = {
        missing: "MissingAuthenticationTokenException",
        unknown: "UnrecognizedClientException",
        wrong: "InvalidSignatureException",
        expired: "InvalidSignatureException",
    };
    return {
        parse: (request) => parseRest(model, request),
        answer: (operation, output) => restAnswer(model, operation, output),
        failure: (failure) => restFailure(model, failure),
        refuse: (reason) => new Failure(codes[reason], `The request's signature is ${reason}.`, 403),
        deny: (denial, call) =>
            new Failure("AccessDeniedException", denialMessage(call, denial), 403, {
                Reason: denial.need.action.startsWith("ebs:") ? "UNAUTHORIZED_ACCOUNT" : "DEPENDENCY_ACCESS_DENIED",
            }),
        internal: "InternalServerException",
    };
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
function s3({ s3: model }: Models): Service {
    const codes = {
        missing: "AccessDenied",
        unknown: "InvalidAccessKeyId",
        wrong: "SignatureDoesNotMatch",
        expired: "RequestTimeTooSkewed",
    };
    return {
        parse: (request) => parseRestXml(model, request),
        answer: (operation, output) => restXmlAnswer(model, operation, output),
        failure: (failure, id) => restXmlFailure(failure, id),
        refuse: (reason) => new Failure(codes[reason], `The request's signature is ${reason}.`, 403),
        deny: (denial, call) => new Failure("AccessDenied", denialMessage(call, denial), 403),
        internal: "InternalError",
    };
}
