import type { Call } from '../call.ts';
import type { Company } from '../company.ts';
import { codeKey } from '../company.ts';
import { saveOperation } from '../functions/operations/save.ts';
import type { Application } from '../model.ts';
import type { Warehouse } from '../warehouse.ts';
import { companyData } from './company.ts';
import { demoItems } from './items.ts';

/** Fills an empty server: the same believable companies every time (E-8). */
export function seedWarehouse(warehouse: Warehouse): void {
  const now = warehouse.now();
  const demo = warehouse.add(
    companyData({
      ...{ key: 'demo', items: demoItems(), now },
      settings: { CompanyName: 'Демо Търговия ООД', Inn: '200000015', TaxNo: 'BG200000015' },
    }),
  );
  warehouse.createApplication(demo, 'Интеграция');
  const native = warehouse.createApplication(demo, 'Друго приложение');
  const stock = demo.allStock();
  history(warehouse, demo, native);
  // The figures of the seed are what is left after these documents: the shop shows the same ones.
  for (const { objectId, itemId, qtty } of stock) demo.setStock(objectId, itemId, qtty);
  const strict = warehouse.add(
    companyData({
      ...{ key: 'second', items: demoItems().slice(0, 60), now },
      settings: {
        ...{ CompanyName: 'Втора Фирма ЕООД', Inn: '200000058', TaxNo: 'BG200000058', City: 'Пловдив' },
        ...{ AllowNegativeQnt: 0, PricesWithVat: 0 },
      },
    }),
  );
  warehouse.createApplication(strict, 'Интеграция');
}

/** A delivery, sales and orders by people and by another application, with external ids of its own. */
function history(warehouse: Warehouse, company: Company, other: Application): void {
  const idOf = (code: string): number => company.items.find('code', codeKey(code))[0]?.id ?? 0;
  const save = (actor: Application | null, data: Readonly<Record<string, unknown>>): void => {
    const call: Call = {
      ...{ company, actor, switches: warehouse.switches, now: warehouse.now(), origin: '' },
      ...{ parameters: {}, data: { ObjectId: 2, PricesWithVat: 1, ...data } },
    };
    saveOperation(call);
  };
  save(null, {
    ...{ OperType: 1, PartnerId: 940, PricesWithVat: 0, DeliveryInvoiceNumber: '0000001204' },
    Items: [{ ItemId: idOf('WINE'), Qtty: 120, Price: 4.1066667, Discount: 0 }],
  });
  save(null, {
    ...{ OperType: 2, PartnerId: 900, PaymentTypeId: 1, ObjectId: 3 },
    Items: [
      { ItemId: idOf('TEA'), Qtty: 2, Price: 8, Discount: 0 },
      { ItemId: idOf('JAR'), Qtty: 5, Price: 0.9, Discount: 0 },
    ],
  });
  for (const [index, code] of ['CUP-01', 'TB-M-GRN', 'HNY', 'WINE', 'PEN-1', 'BOOK-1'].entries()) {
    const price = company.items.get(idOf(code))?.PriceOut[1] ?? 0;
    save(index % 3 === 2 ? null : other, {
      ...{ OperType: index % 2 === 0 ? 2 : 19, PartnerId: 917 + (index % 5), PaymentTypeId: 9 },
      ...(index % 3 === 2 ? {} : { ExtAppDocId: 1 + index }),
      Note: `#${9800 + index}`,
      Items: [
        { ItemId: idOf(code), Qtty: 1 + (index % 2), Price: price, Discount: 0 },
        { ItemId: 9001, Qtty: 1, Price: 4.8, Discount: 0, Note: 'Доставка' },
      ],
    });
  }
}
