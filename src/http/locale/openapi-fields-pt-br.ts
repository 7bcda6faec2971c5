import type { FieldTexts } from './openapi-texts.ts';

export const fieldsPtBR: FieldTexts = {
  body: {
    id: 'Dá nome à mensagem; inventado, na ordem do tempo, quando não é informado.',
    scheduleTo: 'Quando ela vence; sem fuso, em UTC.',
    delay: 'Em quanto tempo ela vence, em vez de `scheduleTo`; um número são milissegundos.',
    payload: 'O que o webhook recebe como corpo: qualquer JSON, cada número como foi escrito.',
    webhookUrl: 'Para onde é enviada; não aonde a configuração não deixa nenhum webhook ir.',
    method: 'Como é enviada: com POST, se omitido.',
    headers: 'Cabeçalhos a enviar junto.',
    timeoutMs: 'Uma tentativa não demora mais do que isto, em milissegundos.',
    retry: 'Quantas vezes e quando repetir uma tentativa que falhou, se não for como configurado.',
    maxAttempts: 'Tentativas antes de a mensagem ser guardada como falha.',
    backoff: 'Quanto esperar antes da próxima tentativa.',
    kind: '`fixed`: sempre `baseMs`. `exponential`: a cada vez `factor` vezes mais, até `capMs`.',
    baseMs: 'Espera após a primeira tentativa que falhou, em milissegundos.',
    factor: 'Quantas vezes a espera anterior dura cada espera.',
    capMs: 'Nenhuma espera é mais longa, em milissegundos.',
    notAfter: 'Depois disto ela não é mais enviada: falha como `expired`.',
    ifPast: 'O que se faz de uma mensagem que venceu no passado: é enviada já, ou recusada.',
    metadata: 'Suas próprias anotações; não são enviadas.',
    tags: 'Suas próprias palavras para buscar mensagens.',
    messages: 'As mensagens, cada uma como seria enviada sozinha.',
  },
  query: {
    onConflict:
      'Quando existe uma mensagem com este id: recusar a nova (409), ignorá-la e responder como se tivesse ' +
      'sido agendada (200), ou pô-la no lugar da antiga (200).',
    durability:
      'Quão segura ela tem de estar antes de ser confirmada, no lugar do que está configurado ' +
      '(`DURABILITY`), seja mais ou menos: `memory`, `replica:<n>` (tantas réplicas a receberam) ou `fsync` ' +
      '(está no disco do seu master). Se não for alcançada a tempo, a resposta é 503 com o código ' +
      '`not-durable`: pode ficar feita ou se perder, e a requisição pode ser repetida.',
    limit: 'Máximo de itens da resposta.',
    cursor: 'Continua onde uma resposta terminou: o seu `nextCursor`, com os mesmos filtros.',
    status: 'Só mensagens neste estado. Se omitido, todas as pendentes: não as que falharam.',
    dueFrom:
      'Só mensagens que vencem neste momento ou depois; das que falharam, as que falharam então ou depois.',
    dueTo: 'Só mensagens que vencem antes deste momento; das que falharam, as que falharam antes.',
    tag: 'Só mensagens com esta etiqueta.',
    host: 'Só mensagens para este host, em maiúsculas ou minúsculas; com uma porta, só para ela.',
    confirm: 'Diz que é mesmo para remover muitas mensagens.',
    id: 'Só tentativas da mensagem com este id.',
    outcome: 'Só tentativas que terminaram assim.',
    from: 'Só tentativas que terminaram neste momento ou depois.',
    to: 'Só tentativas que terminaram antes deste momento.',
  },
  parameters: {
    id: 'O id da mensagem, codificado com porcentagens.',
    idempotencyKey:
      'Uma repetição da mesma requisição com a mesma chave é respondida como a primeira (201) e não agenda ' +
      'nada.',
    traceparent:
      'O contexto de rastreamento (W3C) da requisição: o webhook o leva adiante, sem alteração. Um que não esteja ' +
      'conforme a especificação conta como não enviado.',
    tracestate: 'Acompanha `traceparent`, com até 512 caracteres.',
  },
  answers: {
    done: {
      status: 'O que foi feito, em uma palavra.',
      messageId: 'O id da mensagem.',
      durability: 'Quão segura ela está, como foi pedido; ausente quando basta a memória.',
    },
    inFlight: { detail: 'O que significa uma entrega em andamento.' },
    bulk: {
      status: 'O que foi feito, em uma palavra.',
      count: 'Com quantas mensagens foi feito.',
      nextCursor: 'Pode haver mais: envie-o como `cursor` para continuar.',
      durability: 'Quão segura ela está, como foi pedido; ausente quando basta a memória.',
    },
    batch: { results: 'Um para cada mensagem, em ordem.' },
    item: {
      status: 'Como o status de uma resposta.',
      messageId: 'O id da mensagem.',
      durability: 'Quão segura ela está, como foi pedido; ausente quando basta a memória.',
    },
    health: {
      status: 'Como está o serviço, em uma palavra.',
      redis: 'Se o Redis responde, em uma palavra.',
      alarms:
        'Nomes dos alarmes ativos: o que há de errado com o Redis embora tudo ainda funcione; ausente quando não há nenhum.',
    },
    alive: { status: 'Como está o processo, em uma palavra.' },
    ready: {
      status: 'Como está o processo, em uma palavra.',
      checks: 'O que foi verificado, e como cada coisa está.',
    },
    checks: {
      redis: 'Se todos os mestres respondem.',
      role: 'Se são mestres. `unknown`: o Redis não permite perguntar, ou não é alcançado.',
      scripts: 'Se executam os scripts do serviço.',
      events: 'Como em `GET /stats`; ausente onde o processo nada entrega.',
      intake: '`open`: quer trabalho. `starting`: ainda não. `draining`: não mais.',
    },
    list: {
      scheduledJobs: 'As mensagens desta página.',
      count:
        'Quantas correspondem; com `tag`, `host` ou um estado que não o das que falharam, quantas ' +
        'corresponderiam sem isso.',
      nextCursor: 'Leva à próxima página, como `cursor`; ausente na última.',
    },
    job: {
      messageId: 'O id da mensagem.',
      nextRun: 'Quando vence a seguir, em UTC; null se falhou.',
      job: 'O que será feito, em resumo.',
    },
    message: {
      id: 'Dá nome à mensagem.',
      status: 'Em que ponto da vida ela está.',
      scheduleTo: 'Quando era para ser enviada, como foi pedido.',
      nextRun: 'Quando vence a próxima tentativa, ou venceu a atual, em UTC; null se falhou.',
      webhookUrl:
        'Para onde é enviada. Os valores de parâmetros de consulta que parecem secretos são ocultados: `***`.',
      method: 'Como é enviada.',
      headers: 'Enviados junto. Os valores dos que parecem secretos são ocultados: `***`.',
      payload: 'O que o webhook recebe como corpo, como foi informado: qualquer JSON.',
      timeoutMs: 'Uma tentativa não demora mais do que isto, em milissegundos.',
      retry:
        'Quantas vezes e quando repetir uma tentativa que falhou, se não for como configurado.',
      notAfter: 'Depois disto ela não é mais enviada, em UTC.',
      metadata: 'Anotações de quem a enviou.',
      tags: 'Palavras de quem a enviou.',
      traceparent: 'O contexto de rastreamento da requisição que a criou.',
      tracestate: 'O restante desse contexto de rastreamento.',
      createdAt: 'Quando foi guardada, em UTC.',
      lastError: 'Por que a última tentativa falhou.',
      attempts: 'As últimas tentativas, a mais antiga primeiro.',
    },
    attempt: {
      attempt: '1 para a primeira.',
      at: 'Quando terminou, em UTC.',
      outcome: 'Como terminou.',
      statusCode: 'O que o destinatário respondeu; 0 se não respondeu.',
      lateness: 'Do vencimento até o envio da requisição, em milissegundos.',
      duration: 'Do envio da requisição até o seu fim, em milissegundos.',
      error: 'O que deu errado; ausente se nada deu.',
      answer:
        'Como começa o corpo da resposta do destinatário, até 1 KiB; das tentativas que falharam.',
    },
    delivery: { id: 'O id da mensagem.' },
    deliveries: {
      deliveries: 'As tentativas desta página.',
      nextCursor: 'Leva à próxima página, como `cursor`; ausente na última.',
    },
    stats: {
      messages: 'Quantas mensagens há, por estado.',
      due: 'Quantas mensagens vencem de agora em diante, dentro de um prazo.',
      oldestOverdueMs:
        'Há quanto tempo venceu a primeira mensagem não adiada, em milissegundos; 0 se nenhuma.',
      events: 'Os eventos de expiração do Redis, como chegam a este processo.',
      receivers:
        'Para onde vão os webhooks (esquema, host e porta), como este processo os conhece.',
      alarms:
        'Nomes dos alarmes ativos: o que há de errado com o Redis embora tudo ainda funcione.',
      redisTime: 'O relógio do Redis, que decide o que venceu, em UTC.',
    },
    counts: {
      scheduled: 'À espera do seu horário.',
      delivering: 'Sendo enviadas agora.',
      failed: 'Guardadas após a última tentativa.',
    },
    spans: {
      nextMinute: 'Dentro de um minuto.',
      nextHour: 'Dentro de uma hora.',
      nextDay: 'Dentro de um dia.',
    },
    events: {
      mode: '`on`: chegam. `degraded`: não chegam, e o temporizador segue sem eles. `unproven`: ainda não se sabe.',
      missed:
        'Mensagens encontradas vencidas sem que evento algum as anunciasse, desde o início deste processo.',
    },
    receivers: {
      deferred: 'Mensagens vencidas à espera de lugar no seu destinatário, até onde se lembra.',
      open: 'Destinatários deixados em paz por um tempo porque só falhavam.',
      halfOpen: 'Aqueles cuja próxima tentativa decide.',
      unwell: 'Todos esses, primeiro o que falhou por último; no máximo cem.',
    },
    unwell: {
      origin: 'Esquema, host e porta.',
      state: '`open`: deixado em paz. `half-open`: a próxima tentativa decide.',
      failures: 'Tentativas seguidas que falharam.',
      probeInMs: 'Em quantos milissegundos é tentado de novo; 0 se já pode ser.',
    },
    webhookKeys: {
      keys: 'As chaves com que os webhooks são assinados, a mais nova primeiro; vazio se não há.',
    },
    webhookKey: {
      kty: 'O tipo de chave (RFC 8037).',
      crv: 'A curva.',
      use: 'Serve para verificar assinaturas.',
      kid: 'Nome da chave: sua impressão digital (RFC 7638).',
      x: 'A chave pública, em base64url.',
      whpk: 'A mesma, como o Standard Webhooks a escreve.',
    },
    problem: {
      type: 'Nada além do status diz que tipo de problema é.',
      title: 'O tipo de problema, em poucas palavras.',
      status: 'O mesmo que o status da resposta.',
      code: 'O motivo, para programas.',
      detail: 'O que está errado, em palavras.',
      errors: 'Cada campo que está errado, e por quê.',
      redis: 'Se o Redis responde, em uma palavra; só em `GET /health`.',
      checks: 'O que foi verificado; só em `GET /readyz`.',
    },
    fault: {
      field: 'Nome ou caminho do campo, parâmetro ou cabeçalho.',
      detail: 'O que está errado com ele, em palavras.',
    },
    schemas: {
      Document: 'Um documento OpenAPI.',
      Page: 'Uma página em HTML.',
      Metrics: 'Métricas no formato de texto do Prometheus.',
    },
  },
};
