import { createHash } from 'node:crypto';
import { Clock } from './clock.ts';
import { Company, type CompanyData } from './company.ts';
import type { Application, Invoice } from './model.ts';
import { initialSwitches, type Switches } from './switches.ts';

/** Everything the server holds, as plain data. */
export interface WarehouseSnapshot {
  readonly clock: { readonly offsetMs: number; readonly frozenAt: number | null };
  readonly switches: Switches;
  readonly companies: readonly CompanyData[];
}

/** An application and the company it belongs to. */
export interface Registration {
  readonly company: Company;
  readonly application: Application;
}

/** All companies of the server, with its clock and switches. */
export class Warehouse {
  readonly clock = new Clock();
  readonly switches: Switches = initialSwitches();
  /** Says that something changed. */
  changed: () => void = () => undefined;
  #companies: Company[] = [];
  #registrations = new Map<string, Registration>();

  /** Wall time of now. */
  now(): string {
    return this.clock.wall(this.switches.timeZone);
  }

  companies(): readonly Company[] {
    return this.#companies;
  }

  /** A company by its key or name; without one the first. */
  company(name?: string | null): Company | undefined {
    if (name === undefined || name === null) return this.#companies[0];
    return this.#companies.find((each) => each.key === name || each.settings.CompanyName === name);
  }

  add(data: CompanyData): Company {
    const company = new Company(data);
    this.#companies.push(company);
    for (const application of company.applications)
      this.#registrations.set(application.apiId, { company, application });
    return company;
  }

  registration(apiId: string): Registration | undefined {
    return this.#registrations.get(apiId);
  }

  /** Registers or changes an application of a company. */
  putApplication(company: Company, application: Application): void {
    const others = company.applications.filter((each) => each.apiId !== application.apiId);
    company.applications = [...others, application];
    this.#registrations.set(application.apiId, { company, application });
  }

  /** A new application with credentials of its own; the same in every run (micro.bg API 1.2, E-27). */
  createApplication(
    company: Company,
    name: string,
    wanted: { readonly apiId?: string | undefined; readonly secret?: string | undefined } = {},
  ): Application {
    const number = company.next('application');
    const base = BigInt(`0x${digest(`application ${company.key} ${number}`).slice(0, 12)}`);
    const application = {
      apiId: wanted.apiId ?? String(base % 10n ** 16n).padStart(16, '0'),
      secret: wanted.secret ?? digest(`secret ${company.key} ${number}`),
      name,
      active: true,
      userId: company.users.at(-1)?.id ?? 0,
    };
    this.putApplication(company, application);
    return application;
  }

  /** The invoice a download address means. */
  invoiceByToken(token: string): { readonly company: Company; readonly invoice: Invoice } | undefined {
    for (const company of this.#companies) {
      const [invoice] = company.invoices.find('token', token);
      if (invoice) return { company, invoice };
    }
    return undefined;
  }

  snapshot(): WarehouseSnapshot {
    const { offsetMs, frozenAt } = this.clock;
    return {
      clock: { offsetMs, frozenAt },
      switches: { ...this.switches },
      companies: this.#companies.map((company) => company.toData()),
    };
  }

  restore({ clock, switches, companies }: WarehouseSnapshot): void {
    this.clock.offsetMs = clock.offsetMs;
    this.clock.frozenAt = clock.frozenAt;
    Object.assign(this.switches, initialSwitches(), switches);
    this.#companies = [];
    this.#registrations = new Map();
    for (const data of companies) this.add(data);
  }
}

function digest(text: string): string {
  return createHash('sha256').update(`micro.bg emulator ${text}`).digest('hex');
}
