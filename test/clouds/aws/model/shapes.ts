/** A member of a structure, or of a list, as a service's model declares it. */
export interface Member {
    readonly shape: string;
    readonly locationName?: string;
    readonly queryName?: string;
    /** `headers`: all those that begin with the location's name. */
    readonly location?: "uri" | "querystring" | "header" | "headers";
    readonly flattened?: boolean;
    readonly streaming?: boolean;
}

/** A shape of a service's model: botocore's service-2.json. */
export interface Shape {
    readonly type:
        | "structure"
        | "list"
        | "string"
        | "integer"
        | "long"
        | "float"
        | "double"
        | "boolean"
        | "blob"
        | "timestamp"
        | "map";
    readonly members?: Readonly<Record<string, Member>>;
    readonly required?: readonly string[];
    readonly member?: Member;
    readonly enum?: readonly string[];
    readonly min?: number;
    readonly max?: number;
    readonly pattern?: string;
    /** Items without an element around them. */
    readonly flattened?: boolean;
    readonly timestampFormat?: string;
    /** Member that is the body, whole. */
    readonly payload?: string;
    readonly error?: { readonly httpStatusCode: number };
}

export interface OperationModel {
    readonly name: string;
    readonly http: { readonly method: string; readonly requestUri: string; readonly responseCode?: number };
    readonly input?: { readonly shape: string };
    readonly output?: { readonly shape: string };
}

export interface ServiceModel {
    readonly metadata: { readonly apiVersion: string; readonly protocol: string; readonly xmlNamespace?: string };
    readonly operations: Readonly<Record<string, OperationModel>>;
    readonly shapes: Readonly<Record<string, Shape>>;
}

/** Values by member, as the AWS SDK for JavaScript has them. */
export type Structure = Record<string, unknown>;

/** @throws Error where the model names a shape that it does not have. */
export function shapeOf(model: ServiceModel, name: string): Shape {
    const shape = model.shapes[name];
    if (shape === undefined) {
        throw new Error(`The model has no shape ${name}`);
    }
    return shape;
}
