import type { AlarmName } from '../../src/store/alarms.ts';

/** What README.pt-BR.md says of every metric; the English texts are the metrics' own. */
export const metricsPtBR: Readonly<Record<string, string>> = {
  agendamento_lateness_seconds: 'Envio da requisição − horário, de toda tentativa enviada.',
  agendamento_attempt_duration_seconds: 'Do envio de um webhook até o seu fim, por resultado.',
  agendamento_attempts_total:
    'Tentativas, por resultado e por classe do status com que o destinatário respondeu.',
  agendamento_settlements_total:
    'Como as tentativas foram encerradas; `failed` fica guardada entre as que falharam.',
  agendamento_claims_total: 'Reservas, por terem ou não levado mensagens.',
  agendamento_claim_batch_messages: 'Mensagens em uma reserva que levou alguma.',
  agendamento_events_received_total:
    'Eventos de expiração de chaves sombra que este processo ouviu.',
  agendamento_http_requests_total:
    'Requisições à API, por rota e status; `none`: nenhuma rota a atendeu.',
  agendamento_http_request_duration_seconds:
    'De uma requisição à API até a resposta estar pronta, por rota.',
  agendamento_redis_command_duration_seconds:
    'Do envio de um script nosso ao Redis até a resposta, por script.',
  agendamento_redis_command_errors_total:
    'Scripts nossos que o Redis não respondeu, ou recusou, por script.',
  agendamento_redis_up: 'Se o Redis disse o que guarda.',
  agendamento_messages: 'Mensagens no Redis, por estado.',
  agendamento_due_backlog_messages: 'Mensagens vencidas que não estão em entrega.',
  agendamento_oldest_overdue_seconds:
    'Há quanto tempo venceu a primeira delas; 0 quando não há nenhuma.',
  agendamento_alarm: 'Se um alarme está ativo.',
  agendamento_attempts_in_flight: 'Tentativas em andamento.',
  agendamento_attempts_in_flight_limit: 'Máximo de tentativas em andamento.',
  agendamento_deferred_messages:
    'Mensagens vencidas à espera de lugar no seu destinatário, até onde se lembra.',
  agendamento_breakers:
    'Destinatários que só falham, por estado: `open` deixado em paz, `half-open` tentado de novo.',
  agendamento_event_mode: 'Processos, por lhes chegarem ou não os eventos de expiração.',
  agendamento_events_missed_total: 'Mensagens encontradas vencidas que nenhum evento anunciou.',
};

/** What README.pt-BR.md says of every alarm. */
export const alarmsPtBR: Readonly<Record<AlarmName, readonly [meaning: string, remedy: string]>> = {
  'eviction-policy': [
    'um Redis tem `maxmemory-policy` diferente de `noeviction`: cheio, descartaria mensagens ou seus horários',
    'use `noeviction`',
  ],
  'evicted-keys': [
    'um Redis descartou chaves desde a última verificação',
    'dê-lhe memória; o reconciliador rearma mensagens que perderam o horário, mensagem perdida está perdida',
  ],
  memory: [
    'um Redis usa 90 % do seu `maxmemory` ou mais, até voltar a menos de 85 %',
    'remova mensagens ou aumente `maxmemory`: cheio, ele recusa mensagens novas',
  ],
  'events-degraded': [
    'os eventos de expiração não chegam a este processo',
    'ponha em `notify-keyspace-events` pelo menos `Ex`',
  ],
};
