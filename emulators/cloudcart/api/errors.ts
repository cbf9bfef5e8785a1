/** One error of a JSON:API document. */
export interface ApiProblem {
  readonly status: string;
  readonly title?: string;
  readonly detail?: string;
  readonly details?: string;
  readonly source?: { readonly pointer?: string; readonly parameter?: string };
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthenticated',
  402: 'Payment Required',
  404: 'Not Found',
  405: 'Method Not Allowed',
  406: 'Not Acceptable',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Entity',
  500: 'Internal Server Error',
  503: 'Maintenance mode',
};

/** An answer that is no success, in the envelope of JSON:API (CloudCart API 1.6). */
export class ApiError extends Error {
  readonly status: number;
  readonly problems: readonly ApiProblem[];

  constructor(status: number, problems: readonly ApiProblem[]) {
    super(problems[0]?.detail ?? String(status));
    this.status = status;
    this.problems = problems;
  }
}

/** Makes an error with one problem. */
export function apiError(status: number, detail?: string, source?: ApiProblem['source']): ApiError {
  const title = TITLES[status];
  return new ApiError(status, [
    {
      status: String(status),
      ...(title === undefined ? {} : { title }),
      ...(detail === undefined ? {} : { detail }),
      ...(source === undefined ? {} : { source }),
    },
  ]);
}

/** 422 about an attribute or relationship of the body. */
export function invalid(pointer: string, detail: string): ApiError {
  return apiError(422, detail, { pointer });
}

/** 422 about a query parameter. */
export function badParameter(parameter: string, detail: string): ApiError {
  return apiError(422, detail, { parameter });
}
