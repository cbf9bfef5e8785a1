import type { TrialResult } from './reservation-trial.ts';

const texts: Readonly<Record<TrialResult | 'under_way', { readonly bg: string; readonly en: string }>> = {
  under_way: {
    bg: 'Пробата тече. Поръчката, с която се прави, се изтрива автоматично.',
    en: 'The trial is under way. The order that it is made with is deleted by itself.',
  },
  subtracts: {
    bg: 'Отворена поръчка намалява количеството, което micro.bg показва. Настройката е записана.',
    en: 'An open order lowers the quantity that micro.bg shows. The setting is saved.',
  },
  keeps: {
    bg: 'Отворена поръчка не променя количеството, което micro.bg показва. Настройката е записана.',
    en: 'An open order does not change the quantity that micro.bg shows. The setting is saved.',
  },
  unclear: {
    bg: 'Количеството се промени и по друга причина. Нищо не е записано в настройките; повторете с по-рядко продавана стока.',
    en: 'The quantity changed for another reason as well. No setting is changed; try an item that sells less.',
  },
  no_stock: {
    bg: 'Трябва стока с поне две бройки в обекта. В micro.bg не е записано нищо.',
    en: 'The item needs at least two units in the object. Nothing was written to micro.bg.',
  },
  not_landed: {
    bg: 'Поръчката не стигна до micro.bg. Опитайте пак.',
    en: 'The order did not reach micro.bg. Try again.',
  },
  refused: {
    bg: 'micro.bg отказа поръчката. Проверете стоката и партньора.',
    en: 'micro.bg refused the order. Check item and partner.',
  },
  id_taken: {
    bg: 'Нашият номер вече стои на друг документ в micro.bg. Опитайте пак.',
    en: 'Our number stands on another document of micro.bg. Try again.',
  },
  changed_by_staff: {
    bg: 'Служител е променил поръчката от пробата, затова тя не е изтрита. Изтрийте я в micro.bg, ако не е нужна.',
    en: 'Staff changed the order of the trial, so it was not deleted. Delete it in micro.bg if nobody needs it.',
  },
  connection_off: {
    bg: 'Връзката е изключена. В micro.bg не е записано нищо.',
    en: 'The connection is off. Nothing was written to micro.bg.',
  },
};

/** What came out of a trial, for the shopkeeper. */
export function describeTrial(
  { result }: { readonly result: TrialResult | null },
  language: 'bg' | 'en',
): string {
  return texts[result ?? 'under_way'][language];
}
