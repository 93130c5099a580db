/**
 * Listed leave phrases (B-12) in Swedish, English, Spanish and German, as data. `(a|b)` is one of several, `[a]` may be
 * left out. A whole text must be made of leave words, these phrases, courtesy and the small parts around them; one
 * word more and it is a sentence (B-13, B-14).
 */
export const LEAVE_PHRASES: readonly string[] = [
  // sv
  '(ta bort|plocka bort|stryk|radera|avregistrera|avanmäl|avanmäla|avsluta) (mig|oss|mitt nummer|mitt mobilnummer|det här numret|detta nummer)',
  'ta (mig|oss) bort',
  '(ta bort mig|stryk mig|gå ur|lämna) (listan|gruppen|adressboken)',
  '(avsluta|avbeställ|avbeställa|säg upp|avanmäl|avregistrera) (prenumerationen|min prenumeration|sms|utskick|utskicken)',
  '(avbeställ|avanmäla|avanmälan|avregistrering|avbeställ sms)',
  '(bli borttagen|bli avregistrerad|avregistrera mig|avanmäla mig|slippa sms|slippa fler sms|slippa dessa sms|slippa era sms|slippa utskicken)',
  '[jag] (vill|önskar) inte [längre] (ha|få|ta emot) [(fler|mer|flera|några|några fler|era|dina|dessa|de här|såna här)] (sms|meddelanden|meddelande|utskick|mess)',
  '[jag] (vill|önskar) inte (ha|få) (detta|det här|mer)',
  '(sluta|sluta att) (skicka|smsa|sms a|messa) [(sms|meddelanden|utskick|mess|detta|det här)]',
  'sluta (skicka|smsa|messa) (mig|oss) [(sms|meddelanden|utskick)]',
  'skicka (inte|inga|inget) (mer|fler|flera) [(sms|meddelanden|utskick|mess)]',
  '(inga|inte) (fler|mer|flera) (sms|meddelanden|utskick|mess)',
  '(stoppa|stopp på|stopp av|stopp med|stopp för|stopp) (sms|smsen|sms en|utskick|utskicken|meddelanden|mess)',
  // en
  '(remove|unsubscribe|delete|opt) (me|us|my number|this number) [out]',
  'take (me|us|my number|this number) off',
  '(unsub|remove|unsubscribing|opting out)',
  '(stop|quit) (sending|texting|messaging|contacting) [(me|us|this number|my phone)] [(texts|messages|sms|text messages|these|this|these messages|these texts|stuff)]',
  'stop (texts|messages|sms|text messages|notifications|alerts|these messages|the messages|these texts|the texts|your messages|your texts)',
  '(cancel|end|stop) [(my|the|this)] subscription',
  '(cancel|end|quit) (texts|messages|sms|text messages|these texts|these messages|this list)',
  '(dont|do not) (text|message|contact|sms) (me|us|this number)',
  '(dont|do not) send (me|us) [(any|any more|more|these)] (texts|messages|sms|text messages)',
  'no more (texts|messages|sms|text messages)',
  '[i] (dont|do not) want (your|these|any|any more|more|to get|to receive|to get any more|to receive any more|to get these|to receive these) (texts|messages|sms|text messages)',
  '(be removed|be taken off|get off|leave|take me off|get me off|remove me from) (this list|the list|your list|this group)',
  'leave me alone',
  // es
  '(quítame|quítenme|quíteme|bórrame|bórrenme|bórreme|elimíname|elimínenme|elimíneme|sácame|sáquenme|sáqueme)',
  '(quitar|borrar|eliminar) mi número',
  '(dame|deme|denme|darme|darse|dar|me quiero dar|quiero darme|quiero la|solicito la) [de] baja',
  'baja (de la lista|de esta lista|de su lista|del servicio|de este servicio|del grupo)',
  '(cancelar|cancela|cancele|cancelen) [(la|mi|esta)] suscripción',
  '(desuscribirme|desuscribirse|desuscribir)',
  'no (quiero|deseo) [recibir] [más] (sms|mensajes)',
  'no me (envíes|envíe|envíen|mandes|mande|manden|escribas|escriba|escriban) [más] [(sms|mensajes)]',
  'no (envíes|envíe|envíen|mandes|mande|manden) más [(sms|mensajes)]',
  '(deja|deje|dejen|dejad|para|pare|paren) de (enviar|mandar|enviarme|mandarme|escribirme) [(sms|mensajes)]',
  'no más (sms|mensajes)',
  // de
  '[(mich|uns|meine nummer|diese nummer)] (austragen|abmelden)',
  '(mich|uns|meine nummer|diese nummer) (löschen|entfernen|streichen)',
  '(lösche|lösch|löscht|löschen sie|entferne|entfernt|entfernen sie|streiche|streicht|streichen sie) [bitte] (mich|uns|meine nummer|diese nummer)',
  '(trag|trage|tragt|tragen sie|nimm|nehmt|nehmen sie|melde|meldet|melden sie) (mich|uns|meine nummer) [bitte] [(aus der liste|von der liste|aus dem verteiler|von dieser liste|aus dieser liste)] (aus|raus|heraus|ab)',
  'nehmen sie mich [bitte] (aus der liste|von der liste|aus dem verteiler)',
  'keine (sms|nachrichten|mitteilungen) mehr',
  'keine weiteren (sms|nachrichten|mitteilungen)',
  '[ich] (möchte|will|wünsche) keine [weiteren] (sms|nachrichten) [mehr] [(bekommen|erhalten|haben|empfangen)]',
  '(schick|schickt|schicken sie|sende|sendet|senden sie) mir keine [weiteren] (sms|nachrichten) [mehr]',
  '(abmeldung|abbestellung)',
  '(sms|nachrichten) (abbestellen|abmelden|stoppen)',
  // fr: the leave word in a sentence
  'arrêtez les (sms|messages)',
];

/** Small parts that stand before or after a leave word or phrase and mean nothing alone. */
export const AROUND_LEAVING: readonly string[] = [
  // sv
  '[jag] (vill|önskar|skulle vilja)',
  '[jag] vill att ni',
  '(kan|kunde) (ni|du)',
  '(till|på) (mig|oss|detta nummer|det här numret|mitt nummer)',
  'från (er|dig|detta nummer|det här numret|listan|er lista|denna lista|den här listan|sms listan|er sms lista|alla listor|alla utskick|gruppen|adressboken|utskicket|utskicken|sändlistan|utskickslistan|registret)',
  '(längre|i fortsättningen|hädanefter)',
  // en
  '[i] (want|would like|wish|need) to',
  '(can|could|would|will) you',
  'i want you to',
  '(from|off|out of) (this|the|your|that|all|any) (list|lists|group|mailing list|text list|sms list|texts|messages|service|database|contact list|contacts)',
  '(to me|to us|to this number|to my phone|from you|anymore|any more|again|any longer)',
  // es
  '[yo] (quiero|deseo|me gustaría)',
  '(pueden|puede|puedes|podrían)',
  '(de|en) (la|esta|su|tu|vuestra) (lista|lista de sms|lista de contactos|lista de difusión|base de datos)',
  '(del grupo|de este grupo|de este servicio|a este número|a mi número)',
  // de
  '[ich] (möchte|will|würde gern|würde gerne)',
  '(können sie|könnten sie|könnt ihr|kannst du)',
  '(aus|von) (der|dieser|eurer|ihrer|deiner) (liste|sms liste|gruppe)',
  '(aus dem verteiler|von dem verteiler|vom verteiler|aus ihrem verteiler|von ihnen|von euch|an mich)',
];

/** Every text that a template stands for, unfolded. `(a|b) [c]` gives "a", "a c", "b", "b c". */
export function expand(template: string): string[] {
  const parts = template.match(/\([^)]*\)|\[[^\]]*\([^)]*\)[^\]]*\]|\[[^\]]*\]|[^\s()[\]]+/g) ?? [];
  return parts.reduce<string[]>(
    (soFar, part) => {
      const optional = part.startsWith('[');
      const inner = optional ? part.slice(1, -1) : part;
      const words = inner.startsWith('(') ? inner.slice(1, -1).split('|') : [inner];
      return soFar.flatMap((head) => [...(optional ? [head] : []), ...words.map((word) => `${head} ${word}`.trim())]);
    },
    [''],
  );
}
